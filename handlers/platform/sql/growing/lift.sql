-- This run's own fence, and only before the log itself says that it grew.
delete from ledger.log_growths
where topic = %(topic)s and partitions = %(partitions)s and state = 'fenced'
  and fenced_by = %(run)s
