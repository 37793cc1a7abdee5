-- The next offset of each partition of the commands topic.
select partition, next_offset from ledger.partition_progress where topic = %(topic)s
