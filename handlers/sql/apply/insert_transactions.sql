select ledger.insert_transactions(
    %(transaction_id)s, %(leg)s, %(kind)s, %(status)s, %(reason)s, %(account_id)s,
    %(counterparty_id)s, %(user_id)s, %(amount)s, %(currency)s, %(balance_after)s,
    %(description)s, %(metadata)s, %(hold_id)s, %(reverses)s, %(reversed_amount)s,
    %(fingerprint)s, %(request_id)s, %(partition)s, %(offset)s, %(requested_at)s, %(posted_at)s,
    %(completed_at)s
)
