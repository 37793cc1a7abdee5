-- An account's entries, newest first: both sides of the postings, each from its own index, with
-- the leg of the transaction that is this account's.
with sides as (
    (select transaction_id, leg, credit_version as version, amount,
            credit_balance_after as balance_after, credit_hash as hash, posted_at
     from ledger.postings
     where credit_account_id = %(account_id)s::uuid and credit_version < %(before)s
       and posted_at >= %(from)s and posted_at < %(to)s
     order by credit_version desc
     limit %(rows)s)
    union all
    (select transaction_id, leg, debit_version, -amount, debit_balance_after, debit_hash, posted_at
     from ledger.postings
     where debit_account_id = %(account_id)s::uuid and debit_version < %(before)s
       and posted_at >= %(from)s and posted_at < %(to)s
     order by debit_version desc
     limit %(rows)s)
)
select s.version, replace(s.transaction_id::text, '-', ''), s.leg, s.amount, s.balance_after,
       encode(s.hash, 'hex'), (extract(epoch from s.posted_at) * 1000000)::bigint,
       t.kind, replace(t.counterparty_id::text, '-', ''), t.description, t.metadata::text
from (select * from sides order by version desc limit %(rows)s) s
left join ledger.transactions t
       on t.transaction_id = s.transaction_id and t.account_id = %(account_id)s::uuid
order by s.version desc
