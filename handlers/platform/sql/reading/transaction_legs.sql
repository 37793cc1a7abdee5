select replace(t.transaction_id::text, '-', ''), t.leg, t.kind, t.status, t.reason,
       replace(t.account_id::text, '-', ''), replace(t.counterparty_id::text, '-', ''),
       t.amount, t.currency, t.balance_after, t.description, t.metadata::text,
       replace(t.hold_id::text, '-', ''), replace(t.reverses::text, '-', ''),
       t.partition, t."offset",
       (extract(epoch from t.requested_at) * 1000000)::bigint,
       (extract(epoch from t.posted_at) * 1000000)::bigint,
       (extract(epoch from t.completed_at) * 1000000)::bigint,
       t.fingerprint,
       replace(a.user_id::text, '-', ''), replace(t.user_id::text, '-', '')
from ledger.transactions t
left join ledger.accounts a on a.account_id = t.account_id
where t.transaction_id = any(%s::uuid[])
order by t.transaction_id, t.leg
