select ledger.advance_progress(
    %(topic)s, %(partition)s, %(incarnation)s, %(next_offset)s, %(clock_us)s, %(has_parked)s
)
