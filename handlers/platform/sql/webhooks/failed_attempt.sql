-- A failure may be fast, so it must not lower the receiver's recorded response time.
with done as (
    update ledger.webhook_deliveries
    set status = case when %(is_last)s then 'failed' else 'pending' end,
        finished_at = case when %(is_last)s then now() end,
        next_attempt_at = now() + %(delivery_backoff_s)s * interval '1 second',
        last_status = %(status)s, last_error = %(error)s
    where delivery_id = %(delivery_id)s and status = 'pending' and attempts = %(attempts)s
    returning webhook_id
)
update ledger.webhooks w
set failures = w.failures + 1,
    answer_ms = greatest(w.answer_ms, (w.answer_ms + %(took_ms)s) / 2),
    rests_until = now() + interval '1 second' * backoffs.s[
        least(w.failures + 1, cardinality(backoffs.s))]
from done, (values (%(webhook_backoffs_s)s::integer[])) as backoffs (s)
where w.webhook_id = done.webhook_id
