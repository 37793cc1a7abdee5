-- The number of applied records of the commands topic, over all partitions.
select coalesce(sum(next_offset), 0)::bigint
from ledger.partition_progress
where topic = %(topic)s
  -- A shard keeps the row of a partition that it had.
  and shard is null
