select ledger.insert_postings(
    %(transaction_id)s, %(leg)s, %(debit_account_id)s, %(credit_account_id)s, %(amount)s,
    %(currency)s, %(debit_version)s, %(debit_balance_after)s, %(debit_hash)s, %(credit_version)s,
    %(credit_balance_after)s, %(credit_hash)s, %(posted_at)s
)
