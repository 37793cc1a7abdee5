-- The latest time of the partitions here, and whether any of them ever parked a command.
select coalesce(max((extract(epoch from clock) * 1000000)::bigint), 0), bool_or(has_parked) is true
from ledger.partition_progress
where topic = %(topic)s and shard is null
