insert into ledger.postings (
    transaction_id, leg, debit_account_id, credit_account_id, amount, currency,
    debit_version, debit_balance_after, debit_hash,
    credit_version, credit_balance_after, credit_hash, posted_at
)
select p.transaction_id, p.leg, p.debit_account_id, p.credit_account_id, p.amount, p.currency,
       p.debit_version, p.debit_balance_after, p.debit_hash,
       p.credit_version, p.credit_balance_after, p.credit_hash,
       timestamptz 'epoch' + p.posted_at * interval '1 microsecond'
from unnest(
    %(transaction_id)s::uuid[], %(leg)s::smallint[], %(debit_account_id)s::uuid[],
    %(credit_account_id)s::uuid[], %(amount)s::bigint[], %(currency)s::text[],
    %(debit_version)s::bigint[], %(debit_balance_after)s::bigint[], %(debit_hash)s::bytea[],
    %(credit_version)s::bigint[], %(credit_balance_after)s::bigint[], %(credit_hash)s::bytea[],
    %(posted_at)s::bigint[]
) as p (
    transaction_id, leg, debit_account_id, credit_account_id, amount, currency,
    debit_version, debit_balance_after, debit_hash,
    credit_version, credit_balance_after, credit_hash, posted_at
)
