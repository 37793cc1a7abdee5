select replace(parked_id::text, '-', ''), replace(account_id::text, '-', ''), partition, "offset",
       timestamp_ms, value, error, is_behind, status,
       (extract(epoch from parked_at) * 1000000)::bigint,
       replace(resolved_by::text, '-', ''), note,
       (extract(epoch from resolved_at) * 1000000)::bigint
from ledger.parked_commands
where (%(status)s::text is null or status = %(status)s)
  and (%(account_id)s::uuid is null or account_id = %(account_id)s)
  and coalesce(lane, partition) <> all(%(absent)s::integer[])
  and (parked_at, partition, "offset")
      > (%(after_time)s::timestamptz, %(after_partition)s::bigint, %(after_offset)s::bigint)
order by parked_at, partition, "offset"
limit %(rows)s
