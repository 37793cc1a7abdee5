-- The number of applied records of the commands topic, over all partitions.
select coalesce(sum(p.next_offset), 0)::bigint
from ledger.partition_progress p
where p.topic = %(topic)s
  -- A shard keeps the row of a partition that it had. As JSON, because a revision that this one is
  -- compared with may have no such column.
  and to_jsonb(p) ->> 'shard' is null
