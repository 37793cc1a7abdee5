-- The newest entry up to a time: an account's entries are in order of time as of version.
select version, balance_after
from (
    (select credit_version as version, credit_balance_after as balance_after
     from ledger.postings
     where credit_account_id = %(account_id)s::uuid and posted_at <= %(at)s
     order by credit_version desc
     limit 1)
    union all
    (select debit_version, debit_balance_after
     from ledger.postings
     where debit_account_id = %(account_id)s::uuid and posted_at <= %(at)s
     order by debit_version desc
     limit 1)
) sides
order by version desc
limit 1
