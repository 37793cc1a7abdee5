select ledger.update_accounts(
    %(partition)s, %(account_id)s, %(balance)s, %(held)s, %(overdraft_limit)s, %(daily_amount)s,
    %(daily_count)s, %(frozen_by_owner)s, %(frozen_by_operator)s, %(is_closed)s, %(version)s,
    %(hash)s, %(day)s, %(day_amount)s, %(day_count)s, %(pending_out)s
)
