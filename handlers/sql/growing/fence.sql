insert into ledger.log_growths (topic, partitions, partitions_before, state)
values (%(topic)s, %(partitions)s, %(partitions_before)s, 'fenced')
on conflict do nothing
