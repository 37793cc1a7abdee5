insert into ledger.partition_progress (topic, partition, incarnation, next_offset, clock)
values (%(topic)s, %(partition)s, '', 0, 'epoch')
on conflict do nothing
