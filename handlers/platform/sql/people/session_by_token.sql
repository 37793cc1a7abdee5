select replace(s.user_id::text, '-', ''), u.role,
       (extract(epoch from s.expires_at) * 1000000)::bigint
from ledger.sessions s
join ledger.users u using (user_id)
where s.token_hash = %s
