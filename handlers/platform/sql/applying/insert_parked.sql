insert into ledger.parked_commands (
    parked_id, account_id, partition, "offset", timestamp_ms, key, value, error, is_behind, status,
    parked_at, resolved_by, note, resolved_at
)
select p.parked_id, p.account_id, p.partition, p."offset", p.timestamp_ms, p.key,
       p.value, p.error, p.is_behind, p.status,
       timestamptz 'epoch' + p.parked_at * interval '1 microsecond', p.resolved_by, p.note,
       timestamptz 'epoch' + p.resolved_at * interval '1 microsecond'
from (
    select unnest(%(parked_id)s::uuid[]) as parked_id,
           unnest(%(account_id)s::uuid[]) as account_id,
           unnest(%(partition)s::integer[]) as partition,
           unnest(%(offset)s::bigint[]) as "offset",
           unnest(%(timestamp_ms)s::bigint[]) as timestamp_ms,
           unnest(%(key)s::bytea[]) as key,
           unnest(%(value)s::bytea[]) as value,
           unnest(%(error)s::text[]) as error,
           unnest(%(is_behind)s::boolean[]) as is_behind,
           unnest(%(status)s::text[]) as status,
           unnest(%(resolved_by)s::uuid[]) as resolved_by,
           unnest(%(note)s::text[]) as note,
           unnest(%(resolved_at)s::bigint[]) as resolved_at,
           unnest(%(parked_at)s::bigint[]) as parked_at
) p
