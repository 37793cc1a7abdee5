-- The records in the parked queues of some accounts.
select partition, "offset", timestamp_ms, key, value
from ledger.parked_commands
where status = 'parked' and coalesce(lane, partition) = %(partition)s
  and account_id = any (%(account_ids)s::uuid[])
