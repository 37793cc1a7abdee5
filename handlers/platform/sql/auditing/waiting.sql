-- How many commands are parked and wait for an operator, and of how many accounts.
select count(*), count(distinct account_id)
from ledger.parked_commands
where status = 'parked'
