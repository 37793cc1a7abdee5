-- Accounts of which more than the money changed. If a column is all 0, its array is empty.
with changed as (
    update ledger.accounts a
    set balance = c.balance,
        held = coalesce(c.held, 0),
        overdraft_limit = c.overdraft_limit,
        daily_amount = c.daily_amount,
        daily_count = c.daily_count,
        frozen_by_owner = c.frozen_by_owner,
        frozen_by_operator = c.frozen_by_operator,
        is_closed = c.is_closed,
        version = c.version,
        hash = c.hash,
        day = coalesce(c.day, 0),
        day_amount = coalesce(c.day_amount, 0),
        day_count = coalesce(c.day_count, 0),
        pending_out = coalesce(c.pending_out, 0)
    from (
        select unnest(%(account_id)s::uuid[]) as account_id,
               unnest(%(balance)s::bigint[]) as balance,
               unnest(%(held)s::bigint[]) as held,
               unnest(%(overdraft_limit)s::bigint[]) as overdraft_limit,
               unnest(%(daily_amount)s::bigint[]) as daily_amount,
               unnest(%(daily_count)s::bigint[]) as daily_count,
               unnest(%(frozen_by_owner)s::smallint[]) as frozen_by_owner,
               unnest(%(frozen_by_operator)s::smallint[]) as frozen_by_operator,
               unnest(%(is_closed)s::boolean[]) as is_closed,
               unnest(%(version)s::bigint[]) as version,
               unnest(%(hash)s::bytea[]) as hash,
               unnest(%(day)s::integer[]) as day,
               unnest(%(day_amount)s::bigint[]) as day_amount,
               unnest(%(day_count)s::bigint[]) as day_count,
               unnest(%(pending_out)s::bigint[]) as pending_out
    ) c
    where a.account_id = c.account_id and a.partition = %(partition)s and a.version <= c.version
    returning 1
)
select ledger.expect(count(*), %(expected)s) from changed
