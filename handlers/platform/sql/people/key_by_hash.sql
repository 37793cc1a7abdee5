select replace(k.user_id::text, '-', ''), u.role,
       (extract(epoch from k.expires_at) * 1000000)::bigint,
       replace(k.key_id::text, '-', ''), k.scopes
from ledger.api_keys k
join ledger.users u using (user_id)
where k.key_hash = %s
