insert into ledger.users (user_id, email, name, password_hash, created_at)
values (%s, %s, %s, %s, %s)
