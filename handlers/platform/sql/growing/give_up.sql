-- Any run may lift the fence, but only until the log is marked.
delete from ledger.log_growths
where topic = %(topic)s and partitions = %(partitions)s and state = 'fenced'
