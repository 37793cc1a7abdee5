select replace(parked_id::text, '-', ''), replace(account_id::text, '-', ''), partition, "offset",
       timestamp_ms, value, error, is_behind, status,
       (extract(epoch from parked_at) * 1000000)::bigint,
       replace(resolved_by::text, '-', ''), note,
       (extract(epoch from resolved_at) * 1000000)::bigint
from ledger.parked_commands
where parked_id = %s::uuid
