-- The shards that some partitions are on, as the home database has it.
select partition, coalesce(shard, 1)
from ledger.partition_progress
where topic = %(topic)s and mod(partition, %(modulus)s) = %(residue)s
order by partition
