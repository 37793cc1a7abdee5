-- A taken address gives no row; as a violated constraint it would stand in the database's log.
insert into ledger.users (user_id, email, name, password_hash, created_at)
values (%s, %s, %s, %s, %s)
on conflict (email) do nothing
returning user_id
