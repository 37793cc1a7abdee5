-- Another partition may have taken an idempotency key's id meanwhile: then this violates the primary
-- key, and the batch is applied anew, now seeing that row.
insert into ledger.transactions (
    transaction_id, leg, kind, status, reason, account_id, counterparty_id, user_id, amount,
    currency, balance_after, description, metadata, hold_id, reverses, reversed_amount, fingerprint,
    request_id, partition, "offset", requested_at, posted_at, completed_at
)
select t.transaction_id, t.leg, t.kind, t.status, t.reason, t.account_id, t.counterparty_id,
       t.user_id, t.amount, t.currency, t.balance_after, t.description, t.metadata::jsonb, t.hold_id,
       t.reverses, t.reversed_amount, t.fingerprint, t.request_id, t.partition, t."offset",
       timestamptz 'epoch' + t.requested_at * interval '1 microsecond',
       timestamptz 'epoch' + t.posted_at * interval '1 microsecond',
       timestamptz 'epoch' + t.completed_at * interval '1 microsecond'
from unnest(
    %(transaction_id)s::uuid[], %(leg)s::smallint[], %(kind)s::text[], %(status)s::text[],
    %(reason)s::text[], %(account_id)s::uuid[], %(counterparty_id)s::uuid[], %(user_id)s::uuid[],
    %(amount)s::bigint[], %(currency)s::text[], %(balance_after)s::bigint[],
    %(description)s::text[], %(metadata)s::text[], %(hold_id)s::uuid[], %(reverses)s::uuid[],
    %(reversed_amount)s::bigint[], %(fingerprint)s::text[], %(request_id)s::text[],
    %(partition)s::integer[], %(offset)s::bigint[], %(requested_at)s::bigint[],
    %(posted_at)s::bigint[], %(completed_at)s::bigint[]
) as t (
    transaction_id, leg, kind, status, reason, account_id, counterparty_id, user_id, amount,
    currency, balance_after, description, metadata, hold_id, reverses, reversed_amount, fingerprint,
    request_id, partition, "offset", requested_at, posted_at, completed_at
)
