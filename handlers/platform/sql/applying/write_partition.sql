select ledger.write_lane(
    %(topic)s, %(partition)s, %(incarnation)s, %(next_offset)s, %(clock_us)s, %(has_parked)s,
    %(messages)s,
    %(a_account_id)s, %(a_balance)s, %(a_held)s, %(a_version)s, %(a_hash)s, %(a_day)s,
    %(a_day_amount)s, %(a_day_count)s, %(a_pending_out)s,
    %(l_transaction_id)s, %(l_leg)s, %(l_kind)s, %(l_status)s, %(l_reason)s, %(l_account_id)s,
    %(l_counterparty_id)s, %(l_user_id)s, %(l_amount)s, %(l_currency)s, %(l_balance_after)s,
    %(l_description)s, %(l_metadata)s, %(l_hold_id)s, %(l_reverses)s, %(l_reversed_amount)s,
    %(l_fingerprint)s, %(l_request_id)s, %(l_partition)s, %(l_offset)s, %(l_requested_at)s,
    %(l_posted_at)s, %(l_completed_at)s, %(l_debit_account_id)s, %(l_credit_account_id)s,
    %(l_debit_version)s, %(l_debit_balance_after)s, %(l_debit_hash)s, %(l_credit_version)s,
    %(l_credit_balance_after)s, %(l_credit_hash)s
)
