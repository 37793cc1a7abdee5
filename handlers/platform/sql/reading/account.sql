select
:reading/account_columns
from ledger.accounts a
where a.account_id = any(%s::uuid[]) and a.kind = 'customer'
