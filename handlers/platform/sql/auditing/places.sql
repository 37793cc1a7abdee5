-- What this database says about each partition that an account may have: the shard that has it.
select partition, shard
from ledger.partition_progress
where partition < (select max(partitions) from ledger.partition_progress where shard is null)
