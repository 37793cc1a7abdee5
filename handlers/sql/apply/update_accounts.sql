with changed as (
    update ledger.accounts a
    set balance = c.balance,
        held = c.held,
        overdraft_limit = c.overdraft_limit,
        daily_amount = c.daily_amount,
        daily_count = c.daily_count,
        frozen_by_owner = c.frozen_by_owner,
        frozen_by_operator = c.frozen_by_operator,
        is_closed = c.is_closed,
        version = c.version,
        hash = c.hash,
        day = c.day,
        day_amount = c.day_amount,
        day_count = c.day_count,
        pending_out = c.pending_out
    from unnest(
        %(account_id)s::uuid[], %(balance)s::bigint[], %(held)s::bigint[],
        %(overdraft_limit)s::bigint[], %(daily_amount)s::bigint[], %(daily_count)s::bigint[],
        %(frozen_by_owner)s::smallint[], %(frozen_by_operator)s::smallint[], %(is_closed)s::boolean[],
        %(version)s::bigint[], %(hash)s::bytea[], %(day)s::integer[], %(day_amount)s::bigint[],
        %(day_count)s::bigint[], %(pending_out)s::bigint[]
    ) as c (
        account_id, balance, held, overdraft_limit, daily_amount, daily_count, frozen_by_owner,
        frozen_by_operator, is_closed, version, hash, day, day_amount, day_count, pending_out
    )
    where a.account_id = c.account_id and a.partition = %(partition)s and a.version <= c.version
    returning 1
)
select ledger.expect(count(*), %(expected)s) from changed
