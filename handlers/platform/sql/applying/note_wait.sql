-- More messages wait. If an attempt just failed (attempts is 1), put off the next one.
insert into ledger.outbox_waits as w
    (partition, to_topic, to_partition, held, attempts, next_attempt_at, error)
values (%(partition)s, %(to_topic)s, %(to_partition)s, %(held)s, %(attempts)s,
        now() + %(attempts)s * interval '1 second' * (%(backoffs_s)s::integer[])[1], %(error)s)
on conflict (partition, to_topic, to_partition) do update
set held = w.held + excluded.held,
    attempts = w.attempts + excluded.attempts,
    next_attempt_at = case when excluded.attempts = 0 then w.next_attempt_at else
        now() + interval '1 second' * (%(backoffs_s)s::integer[])[
            least(w.attempts + 1, cardinality(%(backoffs_s)s::integer[]))] end,
    error = case when excluded.attempts = 0 then w.error else excluded.error end
