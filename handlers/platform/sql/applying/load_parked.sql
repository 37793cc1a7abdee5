-- The partition's queues of the batch's accounts, records without an account, and what the batch redelivers.
-- Of what was parked at one moment, that comes first which a growth moved here.
select 'prk_' || encode(uuid_send(parked_id), 'hex'),
       'acc_' || encode(uuid_send(account_id), 'hex'),
       partition, "offset", timestamp_ms, key, value, error, is_behind, status
from ledger.parked_commands
where status = 'parked' and coalesce(lane, partition) = %(partition)s
  and (account_id = any (%(account_ids)s::uuid[]) or account_id is null)
   or parked_id = any (%(parked_ids)s::uuid[])
order by parked_at, lane is null, partition, "offset"
