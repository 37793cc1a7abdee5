-- Takes the first pending delivery of some queues for a while: whoever claims at the same time
-- passes over them, and a claim whose holder died falls due again.
with due as (
    select d.delivery_id, d.sequence,
           row_number() over (partition by d.webhook_id order by d.sequence) as place
    from ledger.webhook_deliveries d
    join ledger.webhooks w using (webhook_id)
    where d.status = 'pending' and d.next_attempt_at <= now() and w.rests_until <= now()
      and not exists (
          select from ledger.webhook_deliveries earlier
          where earlier.webhook_id = d.webhook_id and earlier.account_id = d.account_id
            and earlier.status = 'pending' and earlier.sequence < d.sequence
      )
), chosen as (
    -- A few of each webhook, so that a slow one does not keep the others waiting.
    select delivery_id from due where place <= %(of_each)s order by place, sequence limit %(at_most)s
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
returning replace(d.delivery_id::text, '-', ''), replace(d.webhook_id::text, '-', ''), d.event_id,
          d.payload, d.attempts, w.url, w.secret
