-- The partitions, if any, that this database would apply batches of.
select partition
from ledger.partition_progress
where topic = %(topic)s and mod(partition, %(modulus)s) = %(residue)s
  and shard is null and moving_to is null
order by partition
