-- How far each partition of the commands topic is applied.
select partition, next_offset from ledger.partition_progress where topic = %(topic)s
