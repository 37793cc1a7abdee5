update ledger.partition_progress
set partitions = %(partitions)s, growing_to = null
where topic = %(topic)s and partitions = %(partitions_before)s
