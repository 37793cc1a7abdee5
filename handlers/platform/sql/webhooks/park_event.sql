-- A record that is delivered again is already parked.
insert into ledger.parked_events
    (topic, partition, "offset", timestamp_ms, key, value, error)
values (%(topic)s, %(partition)s, %(offset)s, %(timestamp_ms)s, %(key)s::bytea, %(value)s::bytea,
        %(error)s)
on conflict do nothing
