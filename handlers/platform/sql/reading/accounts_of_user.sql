select replace(a.account_id::text, '-', ''), replace(a.user_id::text, '-', ''), a.name, a.metadata,
       a.currency,
       a.balance, a.held, a.overdraft_limit, a.daily_amount, a.daily_count,
       a.frozen_by_owner | a.frozen_by_operator, a.is_closed, a.version,
       (extract(epoch from a.opened_at) * 1000000)::bigint
from ledger.accounts a
where a.user_id = %(user_id)s::uuid
  and (%(metadata)s::jsonb is null or a.metadata @> %(metadata)s)
  and (a.opened_at, a.account_id) > (%(after_time)s, %(after_id)s::uuid)
order by a.opened_at, a.account_id
limit %(rows)s
