insert into ledger.partition_progress (topic, partition, incarnation, next_offset, clock, partitions)
values (%(topic)s, %(partition)s, '', 0, 'epoch', %(partitions)s)
on conflict do nothing
