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
from (
    select unnest(%(transaction_id)s::uuid[]) as transaction_id,
           unnest(%(leg)s::smallint[]) as leg,
           unnest(%(kind)s::text[]) as kind,
           unnest(%(status)s::text[]) as status,
           unnest(%(reason)s::text[]) as reason,
           unnest(%(account_id)s::uuid[]) as account_id,
           unnest(%(counterparty_id)s::uuid[]) as counterparty_id,
           unnest(%(user_id)s::uuid[]) as user_id,
           unnest(%(amount)s::bigint[]) as amount,
           unnest(%(currency)s::text[]) as currency,
           unnest(%(balance_after)s::bigint[]) as balance_after,
           unnest(%(description)s::text[]) as description,
           unnest(%(metadata)s::text[]) as metadata,
           unnest(%(hold_id)s::uuid[]) as hold_id,
           unnest(%(reverses)s::uuid[]) as reverses,
           unnest(%(reversed_amount)s::bigint[]) as reversed_amount,
           unnest(%(fingerprint)s::text[]) as fingerprint,
           unnest(%(request_id)s::text[]) as request_id,
           unnest(%(partition)s::integer[]) as partition,
           unnest(%(offset)s::bigint[]) as "offset",
           unnest(%(requested_at)s::bigint[]) as requested_at,
           unnest(%(posted_at)s::bigint[]) as posted_at,
           unnest(%(completed_at)s::bigint[]) as completed_at
) t
