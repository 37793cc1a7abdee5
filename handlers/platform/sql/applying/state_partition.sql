-- The partition count of the accounts, and the next one during a growth. This changes rarely.
update ledger.partition_progress
set partitions = %(partitions)s, growing_to = %(growing_to)s
where topic = %(topic)s and partition = %(partition)s
