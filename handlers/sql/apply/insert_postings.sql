insert into ledger.postings (
    transaction_id, leg, debit_account_id, credit_account_id, amount, currency,
    debit_version, debit_balance_after, debit_hash,
    credit_version, credit_balance_after, credit_hash, posted_at
)
select p.transaction_id, p.leg, p.debit_account_id, p.credit_account_id, p.amount, p.currency,
       p.debit_version, p.debit_balance_after, p.debit_hash,
       p.credit_version, p.credit_balance_after, p.credit_hash,
       timestamptz 'epoch' + p.posted_at * interval '1 microsecond'
from (
    select unnest(%(transaction_id)s::uuid[]) as transaction_id,
           unnest(%(leg)s::smallint[]) as leg,
           unnest(%(debit_account_id)s::uuid[]) as debit_account_id,
           unnest(%(credit_account_id)s::uuid[]) as credit_account_id,
           unnest(%(amount)s::bigint[]) as amount,
           unnest(%(currency)s::text[]) as currency,
           unnest(%(debit_version)s::bigint[]) as debit_version,
           unnest(%(debit_balance_after)s::bigint[]) as debit_balance_after,
           unnest(%(debit_hash)s::bytea[]) as debit_hash,
           unnest(%(credit_version)s::bigint[]) as credit_version,
           unnest(%(credit_balance_after)s::bigint[]) as credit_balance_after,
           unnest(%(credit_hash)s::bytea[]) as credit_hash,
           unnest(%(posted_at)s::bigint[]) as posted_at
) p
