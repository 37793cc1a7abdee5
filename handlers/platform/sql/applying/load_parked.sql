-- The partition's queues of the batch's accounts, the records without an account, and the batch's
-- redeliveries. Of records parked at the same moment, those that a growth moved here come first.
select 'prk_' || encode(uuid_send(parked_id), 'hex'),
       'acc_' || encode(uuid_send(account_id), 'hex'),
       partition, "offset", timestamp_ms, key, value, error, is_behind, status
from ledger.parked_commands
where status = 'parked' and coalesce(lane, partition) = %(partition)s
  and (account_id = any (%(account_ids)s::uuid[]) or account_id is null)
   or parked_id = any (%(parked_ids)s::uuid[])
order by parked_at, lane is null, partition, "offset"
