-- The source has the partitions no longer. If it is the home database, this changes the map.
update ledger.partition_progress
set shard = %(target)s, moving_to = null
where topic = %(topic)s and mod(partition, %(modulus)s) = %(residue)s and shard is null
