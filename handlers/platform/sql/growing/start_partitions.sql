-- Behind the fence, record the old count for every partition, and once the log is marked for the
-- new partitions too: no account lives on those yet, whatever they have recorded. They are on the
-- shard of the partitions that their accounts will come from.
insert into ledger.partition_progress (
    topic, partition, incarnation, next_offset, clock, partitions, shard
)
select g.topic, number, '', 0, 'epoch', g.partitions_before, equal.shard
from ledger.log_growths as g
cross join generate_series(
    0, case g.state when 'fenced' then g.partitions_before else g.partitions end - 1
) as number
left join ledger.partition_progress as equal
    on equal.topic = g.topic and equal.partition = mod(number, g.partitions_before)
where g.topic = %(topic)s and g.partitions = %(partitions)s
on conflict (topic, partition) do update
set partitions = excluded.partitions
where ledger.partition_progress.partitions is null
   or ledger.partition_progress.partition >= excluded.partitions
