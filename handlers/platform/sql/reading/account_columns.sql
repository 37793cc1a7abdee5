replace(a.account_id::text, '-', ''), replace(a.user_id::text, '-', ''), a.name, a.metadata,
       a.currency,
       a.balance, a.held, a.overdraft_limit, a.daily_amount, a.daily_count,
       a.frozen_by_owner | a.frozen_by_operator, a.is_closed, a.version,
       (extract(epoch from a.opened_at) * 1000000)::bigint
