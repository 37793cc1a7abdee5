-- The progress of each partition that is here.
select partition, incarnation, next_offset, partitions, growing_to
from ledger.partition_progress
where topic = %(topic)s and shard is null
order by partition
