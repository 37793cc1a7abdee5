insert into ledger.conflicts (
    transaction_id, partition, "offset", fingerprint, user_id, requested_at, posted_at
)
select c.transaction_id, c.partition, c."offset", c.fingerprint, c.user_id,
       timestamptz 'epoch' + c.requested_at * interval '1 microsecond',
       timestamptz 'epoch' + c.posted_at * interval '1 microsecond'
from unnest(
    %(transaction_id)s::uuid[], %(partition)s::integer[], %(offset)s::bigint[],
    %(fingerprint)s::text[], %(user_id)s::uuid[], %(requested_at)s::bigint[],
    %(posted_at)s::bigint[]
) as c (transaction_id, partition, "offset", fingerprint, user_id, requested_at, posted_at)
on conflict do nothing
