-- The partitions at home that nothing was applied to, with their rows locked.
select partition
from ledger.partition_progress
where topic = %(topic)s and next_offset = 0 and shard is null
order by partition
for update
