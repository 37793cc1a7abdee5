with changed as (
    update ledger.transactions t
    set status = c.status,
        reason = c.reason,
        balance_after = c.balance_after,
        reversed_amount = c.reversed_amount,
        completed_at = timestamptz 'epoch' + c.completed_at * interval '1 microsecond'
    from unnest(
        %(transaction_id)s::uuid[], %(leg)s::smallint[], %(status)s::text[], %(reason)s::text[],
        %(balance_after)s::bigint[], %(reversed_amount)s::bigint[], %(completed_at)s::bigint[]
    ) as c (transaction_id, leg, status, reason, balance_after, reversed_amount, completed_at)
    where t.transaction_id = c.transaction_id and t.leg = c.leg
    returning 1
)
select ledger.expect(count(*), %(expected)s) from changed
