select replace(d.delivery_id::text, '-', ''), replace(d.webhook_id::text, '-', ''), d.event_id,
       d.event_type, replace(d.account_id::text, '-', ''), d.status, d.attempts,
       (extract(epoch from case when d.status = 'pending' then d.next_attempt_at end)
           * 1000000)::bigint,
       d.last_status, d.last_error, (extract(epoch from d.created_at) * 1000000)::bigint,
       (extract(epoch from d.finished_at) * 1000000)::bigint, d.sequence
from ledger.webhook_deliveries d
join ledger.webhooks w using (webhook_id)
where d.webhook_id = %(webhook_id)s and w.user_id = %(user_id)s
  and (%(delivery_id)s::uuid is null or d.delivery_id = %(delivery_id)s)
  and (%(status)s::text is null or d.status = %(status)s)
  and d.sequence < %(before)s
order by d.sequence desc
limit %(rows)s
