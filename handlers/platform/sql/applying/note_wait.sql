-- More messages wait; if it was just tried in vain (attempts is 1), the next attempt is put off.
insert into ledger.outbox_waits as w
    (partition, to_topic, to_partition, held, attempts, next_attempt_at, error)
values (%(partition)s, %(to_topic)s, %(to_partition)s, %(held)s, %(attempts)s,
        now() + %(attempts)s * %(first_pause_s)s * interval '1 second', %(error)s)
on conflict (partition, to_topic, to_partition) do update
set held = w.held + excluded.held,
    attempts = w.attempts + excluded.attempts,
    next_attempt_at = case when excluded.attempts = 0 then w.next_attempt_at else
        now() + least(%(first_pause_s)s * 2 ^ least(w.attempts, 20), %(last_pause_s)s)
            * interval '1 second' end,
    error = case when excluded.attempts = 0 then w.error else excluded.error end
