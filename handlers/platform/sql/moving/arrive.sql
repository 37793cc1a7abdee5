-- From here on, this database applies the partitions' batches.
update ledger.partition_progress
set shard = null, moving_to = null
where topic = %(topic)s and mod(partition, %(modulus)s) = %(residue)s
