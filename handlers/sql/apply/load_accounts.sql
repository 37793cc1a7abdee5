select * from ledger.load_accounts(%(account_ids)s)
