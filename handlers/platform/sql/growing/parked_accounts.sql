-- The accounts with a queue of parked commands, and the partition that resolves it.
select distinct 'acc_' || encode(uuid_send(account_id), 'hex'), coalesce(lane, partition)
from ledger.parked_commands
where status = 'parked' and account_id is not null
order by 1, 2
