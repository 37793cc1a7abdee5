update ledger.partition_progress
set incarnation = %(incarnation)s,
    next_offset = %(next_offset)s,
    clock = timestamptz 'epoch' + %(clock_us)s * interval '1 microsecond',
    has_parked = %(has_parked)s,
    updated_at = now()
where topic = %(topic)s and partition = %(partition)s
