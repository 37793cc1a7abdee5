insert into ledger.parked_commands (
    parked_id, account_id, partition, "offset", timestamp_ms, key, value, error, is_behind, status,
    parked_at, resolved_by, note, resolved_at
)
select p.parked_id, p.account_id, p.partition, p."offset", p.timestamp_ms, p.key,
       p.value, p.error, p.is_behind, p.status,
       timestamptz 'epoch' + p.parked_at * interval '1 microsecond', p.resolved_by, p.note,
       timestamptz 'epoch' + p.resolved_at * interval '1 microsecond'
from unnest(
    %(parked_id)s::uuid[], %(account_id)s::uuid[], %(partition)s::integer[], %(offset)s::bigint[],
    %(timestamp_ms)s::bigint[], %(key)s::bytea[], %(value)s::bytea[], %(error)s::text[],
    %(is_behind)s::boolean[], %(status)s::text[], %(resolved_by)s::uuid[], %(note)s::text[],
    %(resolved_at)s::bigint[], %(parked_at)s::bigint[]
) as p (
    parked_id, account_id, partition, "offset", timestamp_ms, key, value, error, is_behind, status,
    resolved_by, note, resolved_at, parked_at
)
