-- The number of parked commands that wait for an operator, and of their accounts.
select count(*), count(distinct account_id)
from ledger.parked_commands
where status = 'parked'
