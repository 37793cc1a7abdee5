-- The map says that the partitions are on another shard.
update ledger.partition_progress
set shard = %(target)s
where topic = %(topic)s and mod(partition, %(modulus)s) = %(residue)s and shard = %(source)s
