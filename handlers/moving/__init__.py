"""Moving: bring partitions from one shard to another while the ledger is in use."""
