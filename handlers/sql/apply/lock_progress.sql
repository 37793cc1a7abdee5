select * from ledger.lock_progress(%(topic)s, %(partition)s)
