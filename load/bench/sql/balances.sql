select replace(account_id::text, '-', ''), balance
from ledger.accounts
where account_id = any(%(accounts)s::uuid[])
