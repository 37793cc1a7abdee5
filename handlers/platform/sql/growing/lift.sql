-- Lift this run's own fence, but only until the log is marked.
delete from ledger.log_growths
where topic = %(topic)s and partitions = %(partitions)s and state = 'fenced'
  and fenced_by = %(run)s
