-- What this database says about each partition: the shard that has it, or null for this one, and the
-- count that its accounts are placed by.
select partition, shard, partitions
from ledger.partition_progress
