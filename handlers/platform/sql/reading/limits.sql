select currency, balance, held, overdraft_limit, daily_amount, daily_count, day, day_amount, day_count,
       (extract(epoch from ledger.latest_moment(%(topic)s, account_id)) * 1000000)::bigint
from ledger.accounts
where account_id = %(account_id)s::uuid
