-- The progress of partitions that ever had a record.
select partition, incarnation, next_offset
from ledger.partition_progress
where topic = %(topic)s and incarnation <> ''
order by partition
