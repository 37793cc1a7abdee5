-- A row for a partition that nothing was applied to; it is still at home.
insert into ledger.partition_progress (topic, partition, incarnation, next_offset, clock, partitions, shard)
values (%(topic)s, %(partition)s, '', 0, 'epoch', %(partitions)s, 1)
on conflict do nothing
