select replace(user_id::text, '-', ''), email, name, role,
       (extract(epoch from created_at) * 1000000)::bigint, password_hash
from ledger.users
where email = %s
