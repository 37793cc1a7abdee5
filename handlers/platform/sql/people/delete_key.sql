delete from ledger.api_keys
where key_id = %(key_id)s and user_id = %(user_id)s and (expires_at is null or expires_at > %(now)s)
returning key_hash
