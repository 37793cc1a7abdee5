with done as (
    update ledger.webhook_deliveries
    set status = 'delivered', finished_at = now(), last_status = %(status)s, last_error = null
    where delivery_id = %(delivery_id)s and status = 'pending' and attempts = %(attempts)s
    returning webhook_id
)
update ledger.webhooks w set failures = 0, rests_until = '-infinity'
from done where w.webhook_id = done.webhook_id and w.failures > 0
