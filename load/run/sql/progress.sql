-- The next offset of each partition of the commands topic.
select partition, next_offset from ledger.partition_progress where topic = %(topic)s
  -- A shard keeps the row of a partition that it had.
  and shard is null
