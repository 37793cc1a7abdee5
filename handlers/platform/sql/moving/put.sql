-- The map says where an empty partition is.
update ledger.partition_progress
set shard = %(shard)s, partitions = coalesce(partitions, %(partitions)s)
where topic = %(topic)s and partition = %(partition)s
