with changed as (
    update ledger.holds h
    set status = c.status,
        captured_amount = c.captured_amount,
        closed_at = timestamptz 'epoch' + c.closed_at * interval '1 microsecond'
    from (
        select unnest(%(hold_id)s::uuid[]) as hold_id,
               unnest(%(status)s::text[]) as status,
               unnest(%(captured_amount)s::bigint[]) as captured_amount,
               unnest(%(closed_at)s::bigint[]) as closed_at
    ) c
    where h.hold_id = c.hold_id
    returning 1
)
select ledger.expect(count(*), %(expected)s) from changed
