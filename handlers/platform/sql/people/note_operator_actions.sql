insert into ledger.operator_actions
    (user_id, action, subject, reason, request_id, occurred_at, key_id)
select %(user_id)s::uuid, unnest(%(actions)s::text[]), unnest(%(subjects)s::text[]),
       unnest(%(reasons)s::text[]), %(request_id)s, %(occurred_at)s, %(key_id)s::uuid
