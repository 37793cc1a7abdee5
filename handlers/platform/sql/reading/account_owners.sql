select replace(account_id::text, '-', ''), replace(user_id::text, '-', '')
from ledger.accounts
where account_id = any(%s::uuid[]) and kind = 'customer'
