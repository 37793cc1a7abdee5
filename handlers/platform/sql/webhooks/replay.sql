-- A pending delivery keeps its place.
update ledger.webhook_deliveries d
set status = 'pending', attempts = 0, next_attempt_at = now(), finished_at = null
from ledger.webhooks w
where d.delivery_id = %(delivery_id)s and d.webhook_id = %(webhook_id)s
  and w.webhook_id = d.webhook_id and w.user_id = %(user_id)s and d.status <> 'pending'
