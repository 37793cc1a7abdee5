-- The accounts' current and previous partition counts. While a growth completes, accounts move to
-- their new partitions one after the other.
select partitions, true
from ledger.partition_progress
where partitions is not null and shard is null
union
select unnest(array[partitions_before, partitions]), state = 'marking'
from ledger.log_growths
where state <> 'fenced'
