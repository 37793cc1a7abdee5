select 'txn_' || encode(uuid_send(t.transaction_id), 'hex'), t.leg, t.kind, t.status,
       coalesce('acc_' || encode(uuid_send(t.account_id), 'hex'), ''),
       coalesce('usr_' || encode(uuid_send(t.user_id), 'hex'), ''),
       t.fingerprint, t.partition, t."offset",
       (extract(epoch from t.requested_at) * 1000000)::bigint,
       (extract(epoch from t.posted_at) * 1000000)::bigint,
       t.reason,
       'acc_' || encode(uuid_send(t.counterparty_id), 'hex'),
       t.amount, t.currency, t.balance_after, t.description, t.metadata::text,
       'hld_' || encode(uuid_send(t.hold_id), 'hex'),
       'txn_' || encode(uuid_send(t.reverses), 'hex'),
       t.reversed_amount,
       (extract(epoch from t.completed_at) * 1000000)::bigint,
       t.request_id
from ledger.transactions t
where t.transaction_id = any (%(transaction_ids)s::uuid[])
