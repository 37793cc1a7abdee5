-- Batches that begin after this find the fence. Those that began before hold the rows' locks until
-- they are committed, and this waits for them.
update ledger.partition_progress
set moving_to = %(target)s, partitions = coalesce(partitions, %(partitions)s)
where topic = %(topic)s and mod(partition, %(modulus)s) = %(residue)s and shard is null
