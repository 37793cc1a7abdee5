with changed as (
    update ledger.holds h
    set status = c.status,
        captured_amount = c.captured_amount,
        closed_at = timestamptz 'epoch' + c.closed_at * interval '1 microsecond'
    from unnest(
        %(hold_id)s::uuid[], %(status)s::text[], %(captured_amount)s::bigint[], %(closed_at)s::bigint[]
    ) as c (hold_id, status, captured_amount, closed_at)
    where h.hold_id = c.hold_id
    returning 1
)
select ledger.expect(count(*), %(expected)s) from changed
