select ledger.insert_outbox(%(partition)s, %(messages)s)
