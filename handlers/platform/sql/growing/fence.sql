-- Take over another run's fence to the same count, without an interruption.
insert into ledger.log_growths as g (
    topic, partitions, partitions_before, state, fenced_by, fenced_until
)
values (
    %(topic)s, %(partitions)s, %(partitions_before)s, 'fenced', %(run)s,
    now() + %(lease_s)s * interval '1 second'
)
on conflict (topic, partitions) do update
set fenced_by = excluded.fenced_by, fenced_until = excluded.fenced_until
where g.state = 'fenced'
