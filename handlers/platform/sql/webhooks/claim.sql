-- Claim some due deliveries of each of these webhooks for a while. Concurrent claims skip them, and
-- if the claimant dies, they fall due again.
with chosen as (
    select due.delivery_id
    from unnest(%(webhook_ids)s::uuid[], %(counts)s::integer[]) as wanted (webhook_id, count)
    join ledger.webhooks w on w.webhook_id = wanted.webhook_id and w.rests_until <= now()
    cross join lateral ledger.due_heads(w.webhook_id, %(start)s, wanted.count, %(steps)s)
        as due (delivery_id)
), claimed as (
    select d.delivery_id from ledger.webhook_deliveries d
    where d.delivery_id in (select delivery_id from chosen)
      and d.status = 'pending' and d.next_attempt_at <= now()
    for update skip locked
)
update ledger.webhook_deliveries d
set attempts = d.attempts + 1, next_attempt_at = now() + %(lease_s)s * interval '1 second'
from claimed, ledger.webhooks w
where d.delivery_id = claimed.delivery_id and w.webhook_id = d.webhook_id
returning replace(d.delivery_id::text, '-', ''), replace(d.webhook_id::text, '-', ''),
          replace(w.user_id::text, '-', ''), w.answer_ms, d.event_id, d.payload, d.attempts,
          w.url, w.secret, d.traceparent
