-- The newest entry up to a time.
select version, balance_after
from (
    select credit_version as version, credit_balance_after as balance_after
    from ledger.legs
    where credit_account_id = %(account_id)s::uuid
      and credit_version = ledger.version_at(%(account_id)s::uuid, %(at)s::timestamptz)
    union all
    select debit_version, debit_balance_after
    from ledger.legs
    where debit_account_id = %(account_id)s::uuid
      and debit_version = ledger.version_at(%(account_id)s::uuid, %(at)s::timestamptz)
) sides
limit 1
