delete from ledger.api_keys where user_id = %(user_id)s and expires_at <= %(created_at)s
