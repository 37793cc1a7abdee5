-- A taken address returns no row. A constraint violation would be logged by the database.
insert into ledger.users (user_id, email, name, password_hash, created_at)
values (%s, %s, %s, %s, %s)
on conflict (email) do nothing
returning user_id
