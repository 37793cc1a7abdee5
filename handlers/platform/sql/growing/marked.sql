-- A marker's contents from the log, for a ledger that is being rebuilt.
insert into ledger.log_growths (
    topic, partitions, partitions_before, state, clock, has_parked
)
values (
    %(topic)s, %(partitions)s, %(partitions_before)s, 'marking',
    timestamptz 'epoch' + %(clock_us)s * interval '1 microsecond', %(has_parked)s
)
on conflict do nothing
