-- Only at home. A partition gets to another shard by being moved there.
insert into ledger.partition_progress (topic, partition, incarnation, next_offset, clock, partitions)
select %(topic)s, %(partition)s, '', 0, 'epoch', %(partitions)s
where not exists (select from ledger.identity)
on conflict do nothing
