with changed as (
    update ledger.parked_commands p
    set error = c.error,
        is_behind = c.is_behind,
        status = c.status,
        resolved_by = c.resolved_by,
        note = c.note,
        resolved_at = timestamptz 'epoch' + c.resolved_at * interval '1 microsecond'
    from (
        select unnest(%(parked_id)s::uuid[]) as parked_id,
               unnest(%(error)s::text[]) as error,
               unnest(%(is_behind)s::boolean[]) as is_behind,
               unnest(%(status)s::text[]) as status,
               unnest(%(resolved_by)s::uuid[]) as resolved_by,
               unnest(%(note)s::text[]) as note,
               unnest(%(resolved_at)s::bigint[]) as resolved_at
    ) c
    where p.parked_id = c.parked_id
    returning 1
)
select ledger.expect(count(*), %(expected)s) from changed
