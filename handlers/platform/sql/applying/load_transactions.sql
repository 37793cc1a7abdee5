select * from ledger.load_transactions(%(transaction_ids)s)
