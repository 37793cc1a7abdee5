select ledger.write_legs(
    %(transaction_id)s, %(leg)s, %(kind)s, %(status)s, %(reason)s, %(account_id)s,
    %(counterparty_id)s, %(user_id)s, %(amount)s, %(currency)s, %(balance_after)s,
    %(description)s, %(metadata)s, %(hold_id)s, %(reverses)s, %(reversed_amount)s,
    %(fingerprint)s, %(request_id)s, %(partition)s, %(offset)s, %(requested_at)s,
    %(posted_at)s, %(completed_at)s, %(debit_account_id)s, %(credit_account_id)s,
    %(debit_version)s, %(debit_balance_after)s, %(debit_hash)s, %(credit_version)s,
    %(credit_balance_after)s, %(credit_hash)s
)
