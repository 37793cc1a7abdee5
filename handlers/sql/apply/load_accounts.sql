select 'acc_' || encode(uuid_send(account_id), 'hex'), kind, currency,
       (extract(epoch from opened_at) * 1000000)::bigint,
       'usr_' || encode(uuid_send(user_id), 'hex'), name,
       balance, held, overdraft_limit, daily_amount, daily_count,
       frozen_by_owner, frozen_by_operator, is_closed, version, hash,
       day, day_amount, day_count, pending_out
from ledger.accounts
where account_id = any (%(account_ids)s::uuid[])
