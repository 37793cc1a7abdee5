-- Each lane, old and new, states the old count until all change to the new one at once.
insert into ledger.partition_progress (topic, partition, incarnation, next_offset, clock, partitions)
select %(topic)s, lane, '', 0, 'epoch', %(partitions_before)s
from generate_series(0, %(partitions)s - 1) as lane
on conflict (topic, partition) do update
set partitions = excluded.partitions
where ledger.partition_progress.partitions is null
