-- The accounts that have a queue of parked records, and on which partition it is worked.
select distinct 'acc_' || encode(uuid_send(account_id), 'hex'), coalesce(lane, partition)
from ledger.parked_commands
where status = 'parked' and account_id is not null
order by 1, 2
