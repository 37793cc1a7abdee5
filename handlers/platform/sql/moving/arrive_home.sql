-- The map says that the partitions are here. Nothing is applied to them until all have read it.
update ledger.partition_progress
set shard = null, moving_to = %(target)s
where topic = %(topic)s and mod(partition, %(modulus)s) = %(residue)s and shard = %(source)s
