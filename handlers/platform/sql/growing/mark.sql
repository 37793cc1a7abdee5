-- After this the growth can't be cancelled, so only a run that has kept the fence up may do it. The
-- markers' contents are decided once, from all shards.
update ledger.log_growths
set state = 'marking',
    clock = latest.clock,
    has_parked = latest.has_parked,
    fenced_by = null,
    fenced_until = null
from (
    select greatest(max(clock), timestamptz 'epoch' + %(clock_us)s * interval '1 microsecond')
               as clock,
           bool_or(has_parked) or %(has_parked)s as has_parked
    from ledger.partition_progress
    where topic = %(topic)s
) as latest
where topic = %(topic)s and partitions = %(partitions)s and state = 'fenced'
  and fenced_by = %(run)s
