insert into ledger.conflicts (
    transaction_id, partition, "offset", fingerprint, user_id, requested_at, posted_at
)
select c.transaction_id, c.partition, c."offset", c.fingerprint, c.user_id,
       timestamptz 'epoch' + c.requested_at * interval '1 microsecond',
       timestamptz 'epoch' + c.posted_at * interval '1 microsecond'
from (
    select unnest(%(transaction_id)s::uuid[]) as transaction_id,
           unnest(%(partition)s::integer[]) as partition,
           unnest(%(offset)s::bigint[]) as "offset",
           unnest(%(fingerprint)s::text[]) as fingerprint,
           unnest(%(user_id)s::uuid[]) as user_id,
           unnest(%(requested_at)s::bigint[]) as requested_at,
           unnest(%(posted_at)s::bigint[]) as posted_at
) c
on conflict do nothing
