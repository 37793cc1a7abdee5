select ledger.write_records(
    %(t_transaction_id)s, %(t_leg)s, %(t_kind)s, %(t_status)s, %(t_reason)s, %(t_account_id)s,
    %(t_counterparty_id)s, %(t_user_id)s, %(t_amount)s, %(t_currency)s, %(t_balance_after)s,
    %(t_description)s, %(t_metadata)s, %(t_hold_id)s, %(t_reverses)s, %(t_reversed_amount)s,
    %(t_fingerprint)s, %(t_request_id)s, %(t_partition)s, %(t_offset)s, %(t_requested_at)s,
    %(t_posted_at)s, %(t_completed_at)s,
    %(p_transaction_id)s, %(p_leg)s, %(p_debit_account_id)s, %(p_credit_account_id)s,
    %(p_amount)s, %(p_currency)s, %(p_debit_version)s, %(p_debit_balance_after)s,
    %(p_debit_hash)s, %(p_credit_version)s, %(p_credit_balance_after)s, %(p_credit_hash)s,
    %(p_posted_at)s
)
