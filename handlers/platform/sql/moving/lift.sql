update ledger.partition_progress
set moving_to = null
where topic = %(topic)s and mod(partition, %(modulus)s) = %(residue)s and shard is null
