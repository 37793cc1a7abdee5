select * from ledger.load_accounts_with_metadata(%(account_ids)s)
