-- Renew the fence if it is still this run's.
update ledger.log_growths
set fenced_until = now() + %(lease_s)s * interval '1 second'
where topic = %(topic)s and partitions = %(partitions)s and state = 'fenced'
  and fenced_by = %(run)s
