select * from ledger.lock_lane(%(topic)s, %(partition)s)
