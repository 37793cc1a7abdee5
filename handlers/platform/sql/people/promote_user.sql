with promoted as (
    update ledger.users set role = 'operator' where email = %s returning *
), noted as (
    insert into ledger.operator_actions (user_id, action, subject, reason, request_id, occurred_at)
    select user_id, 'promote', 'usr_' || replace(user_id::text, '-', ''),
           'made an operator from the command line', '', now()
    from promoted
)
select replace(user_id::text, '-', ''), email, name, role,
       (extract(epoch from created_at) * 1000000)::bigint
from promoted
