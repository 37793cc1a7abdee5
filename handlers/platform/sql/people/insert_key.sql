-- Insert nothing if the user already has the maximum number of keys.
insert into ledger.api_keys (key_id, key_hash, user_id, name, scopes, created_at, expires_at)
select %(key_id)s, %(key_hash)s, %(user_id)s, %(name)s, %(scopes)s, %(created_at)s, %(expires_at)s
where (select count(*) from ledger.api_keys where user_id = %(user_id)s) < %(at_most)s
returning key_id
