insert into ledger.accounts (
    account_id, kind, partition, user_id, currency, name, balance, held, overdraft_limit,
    daily_amount, daily_count, frozen_by_owner, frozen_by_operator, is_closed, version, hash,
    day, day_amount, day_count, pending_out, opened_at
)
select a.account_id, a.kind, %(partition)s, a.user_id, a.currency, a.name, a.balance, a.held,
       a.overdraft_limit, a.daily_amount, a.daily_count, a.frozen_by_owner, a.frozen_by_operator,
       a.is_closed, a.version, a.hash, a.day, a.day_amount, a.day_count,
       a.pending_out, timestamptz 'epoch' + a.opened_at * interval '1 microsecond'
from unnest(
    %(account_id)s::uuid[], %(kind)s::text[], %(user_id)s::uuid[], %(currency)s::text[],
    %(name)s::text[], %(opened_at)s::bigint[], %(balance)s::bigint[], %(held)s::bigint[],
    %(overdraft_limit)s::bigint[], %(daily_amount)s::bigint[], %(daily_count)s::bigint[],
    %(frozen_by_owner)s::smallint[], %(frozen_by_operator)s::smallint[], %(is_closed)s::boolean[],
    %(version)s::bigint[], %(hash)s::bytea[], %(day)s::integer[], %(day_amount)s::bigint[],
    %(day_count)s::bigint[], %(pending_out)s::bigint[]
) as a (
    account_id, kind, user_id, currency, name, opened_at, balance, held, overdraft_limit,
    daily_amount, daily_count, frozen_by_owner, frozen_by_operator, is_closed, version, hash,
    day, day_amount, day_count, pending_out
)
