-- The accounts' partition count, and where the partitions are that are not at home.
select max(partitions),
       coalesce(json_object_agg(partition, shard) filter (where shard is not null), '{}')
from ledger.partition_progress
where topic = %(topic)s
