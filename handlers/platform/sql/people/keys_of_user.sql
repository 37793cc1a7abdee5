select replace(key_id::text, '-', ''), name, scopes,
       (extract(epoch from created_at) * 1000000)::bigint,
       (extract(epoch from expires_at) * 1000000)::bigint
from ledger.api_keys
where user_id = %(user_id)s and (%(key_id)s::uuid is null or key_id = %(key_id)s)
  and (expires_at is null or expires_at > %(now)s)
order by created_at, key_id
