update ledger.log_growths
set state = 'done', finished_at = now()
where topic = %(topic)s and partitions = %(partitions)s and state = 'marking'
