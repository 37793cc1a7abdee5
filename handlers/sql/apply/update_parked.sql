with changed as (
    update ledger.parked_commands p
    set error = c.error,
        is_behind = c.is_behind,
        status = c.status,
        resolved_by = c.resolved_by,
        note = c.note,
        resolved_at = timestamptz 'epoch' + c.resolved_at * interval '1 microsecond'
    from unnest(
        %(parked_id)s::uuid[], %(error)s::text[], %(is_behind)s::boolean[], %(status)s::text[],
        %(resolved_by)s::uuid[], %(note)s::text[], %(resolved_at)s::bigint[]
    ) as c (parked_id, error, is_behind, status, resolved_by, note, resolved_at)
    where p.parked_id = c.parked_id
    returning 1
)
select ledger.expect(count(*), %(expected)s) from changed
