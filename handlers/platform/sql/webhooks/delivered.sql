-- Store the response time only if it matters, so that a fast receiver's row isn't written for each
-- delivery. A slow one is left alone for as long as it takes, so it uses at most half of our time.
with done as (
    update ledger.webhook_deliveries
    set status = 'delivered', finished_at = now(), last_status = %(status)s, last_error = null
    where delivery_id = %(delivery_id)s and status = 'pending' and attempts = %(attempts)s
    returning webhook_id
)
update ledger.webhooks w
set failures = 0,
    answer_ms = (w.answer_ms + %(took_ms)s) / 2,
    rests_until = case
        when (w.answer_ms + %(took_ms)s) / 2 >= %(slow_ms)s
        then now() + (w.answer_ms + %(took_ms)s) / 2 * interval '1 millisecond'
        else '-infinity'
    end
from done
where w.webhook_id = done.webhook_id
  and (w.failures > 0 or greatest(w.answer_ms, %(took_ms)s) >= %(kept_ms)s)
returning w.answer_ms
