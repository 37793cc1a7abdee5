select ledger.write_state(
    %(topic)s, %(partition)s, %(incarnation)s, %(next_offset)s, %(clock_us)s, %(has_parked)s,
    %(messages)s,
    %(a_account_id)s, %(a_balance)s, %(a_held)s, %(a_overdraft_limit)s, %(a_daily_amount)s,
    %(a_daily_count)s, %(a_frozen_by_owner)s, %(a_frozen_by_operator)s, %(a_is_closed)s,
    %(a_version)s, %(a_hash)s, %(a_day)s, %(a_day_amount)s, %(a_day_count)s, %(a_pending_out)s
)
