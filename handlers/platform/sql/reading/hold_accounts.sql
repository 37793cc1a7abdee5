select replace(hold_id::text, '-', ''), replace(account_id::text, '-', '')
from ledger.holds
where hold_id = any(%s::uuid[])
