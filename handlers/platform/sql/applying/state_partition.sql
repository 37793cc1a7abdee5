-- By which count the partition's accounts are spread, and which one is to come: this changes rarely.
update ledger.partition_progress
set partitions = %(partitions)s, growing_to = %(growing_to)s
where topic = %(topic)s and partition = %(partition)s
