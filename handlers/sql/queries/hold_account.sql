select replace(account_id::text, '-', '') from ledger.holds where hold_id = %s::uuid
