select * from ledger.lock_partition(%(topic)s, %(partition)s)
