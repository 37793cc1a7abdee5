select replace(account_id::text, '-', '')
from ledger.accounts
where user_id = %s::uuid
