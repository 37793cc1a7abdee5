select fingerprint, replace(user_id::text, '-', ''),
       (extract(epoch from requested_at) * 1000000)::bigint,
       (extract(epoch from posted_at) * 1000000)::bigint
from ledger.conflicts
where transaction_id = %s::uuid and partition = %s and "offset" = %s
