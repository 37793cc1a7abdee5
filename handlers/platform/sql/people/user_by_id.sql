select replace(user_id::text, '-', ''), email, name, role,
       (extract(epoch from created_at) * 1000000)::bigint
from ledger.users
where user_id = %s::uuid
