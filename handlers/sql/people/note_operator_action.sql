insert into ledger.operator_actions (user_id, action, subject, reason, request_id, occurred_at)
values (%s, %s, %s, %s, %s, %s)
