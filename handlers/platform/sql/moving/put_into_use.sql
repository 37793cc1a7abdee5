update ledger.partition_progress
set shard = null, moving_to = null
where topic = %(topic)s and partition = %(partition)s
