-- At home, a row for each of the partitions that nothing was applied to yet.
insert into ledger.partition_progress (topic, partition, incarnation, next_offset, clock, partitions)
select %(topic)s, number, '', 0, 'epoch', %(partitions)s
from generate_series(%(residue)s, %(partitions)s - 1, %(modulus)s) as number
on conflict do nothing
