-- On a further shard, start the new partitions whose accounts will come from partitions that are here.
insert into ledger.partition_progress (topic, partition, incarnation, next_offset, clock, partitions)
select g.topic, number, '', 0, 'epoch', g.partitions_before
from ledger.log_growths as g
cross join generate_series(g.partitions_before, g.partitions - 1) as number
join ledger.partition_progress as equal
    on equal.topic = g.topic and equal.partition = mod(number, g.partitions_before)
   and equal.shard is null
where g.topic = %(topic)s and g.partitions = %(partitions)s and g.state = 'marking'
on conflict (topic, partition) do update
set partitions = excluded.partitions
