select partition, incarnation, next_offset
from ledger.partition_progress
where topic = %(topic)s
order by partition
