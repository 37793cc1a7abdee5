-- A key has no more rights than its maker had when it was made, and than they have now.
select replace(k.user_id::text, '-', ''),
       case when k.role = u.role then k.role else 'customer' end,
       (extract(epoch from k.expires_at) * 1000000)::bigint,
       replace(k.key_id::text, '-', ''), k.scopes
from ledger.api_keys k
join ledger.users u using (user_id)
where k.key_hash = %s
