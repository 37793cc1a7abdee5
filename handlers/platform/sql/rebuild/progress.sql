-- The progress of the partitions here that ever had a record.
select partition, incarnation, next_offset
from ledger.partition_progress
where topic = %(topic)s and incarnation <> '' and shard is null
order by partition
