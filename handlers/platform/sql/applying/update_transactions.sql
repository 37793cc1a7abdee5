with changed as (
    update ledger.transactions t
    set status = c.status,
        reason = c.reason,
        balance_after = c.balance_after,
        reversed_amount = c.reversed_amount,
        completed_at = timestamptz 'epoch' + c.completed_at * interval '1 microsecond'
    from (
        select unnest(%(transaction_id)s::uuid[]) as transaction_id,
               unnest(%(leg)s::smallint[]) as leg,
               unnest(%(status)s::text[]) as status,
               unnest(%(reason)s::text[]) as reason,
               unnest(%(balance_after)s::bigint[]) as balance_after,
               unnest(%(reversed_amount)s::bigint[]) as reversed_amount,
               unnest(%(completed_at)s::bigint[]) as completed_at
    ) c
    where t.transaction_id = c.transaction_id and t.leg = c.leg
    returning 1
)
select ledger.expect(count(*), %(expected)s) from changed
