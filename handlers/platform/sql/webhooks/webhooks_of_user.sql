select replace(webhook_id::text, '-', ''), url, events,
       (extract(epoch from created_at) * 1000000)::bigint
from ledger.webhooks
where user_id = %(user_id)s and (%(webhook_id)s::uuid is null or webhook_id = %(webhook_id)s)
order by created_at, webhook_id
