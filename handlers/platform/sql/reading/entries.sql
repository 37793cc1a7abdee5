-- An account's entries, newest first: both sides of the postings, each from its own index, with the
-- account's leg of the transaction. Versions are in order of time.
with period as (
    select ledger.version_at(%(account_id)s::uuid, %(from)s::timestamptz - interval '1 microsecond')
               as earlier,
           ledger.version_at(%(account_id)s::uuid, %(to)s::timestamptz - interval '1 microsecond')
               as last
),
sides as (
    (select transaction_id, leg, credit_version as version, amount,
            credit_balance_after as balance_after, credit_hash as hash, posted_at
     from ledger.legs, period
     where credit_account_id = %(account_id)s::uuid
       and credit_version < %(before)s and credit_version > period.earlier
       and credit_version <= period.last
     order by credit_version desc
     limit %(rows)s)
    union all
    (select transaction_id, leg, debit_version, -amount, debit_balance_after, debit_hash, posted_at
     from ledger.legs, period
     where debit_account_id = %(account_id)s::uuid
       and debit_version < %(before)s and debit_version > period.earlier
       and debit_version <= period.last
     order by debit_version desc
     limit %(rows)s)
)
select s.version, replace(s.transaction_id::text, '-', ''), s.leg, s.amount, s.balance_after,
       encode(s.hash, 'hex'), (extract(epoch from s.posted_at) * 1000000)::bigint,
       t.kind, replace(t.counterparty_id::text, '-', ''), t.description,
       case when %(reader)s::uuid is null or t.user_id = %(reader)s then t.metadata::text end
from (select * from sides order by version desc limit %(rows)s) s
left join ledger.transactions t
       on t.transaction_id = s.transaction_id and t.account_id = %(account_id)s::uuid
order by s.version desc
