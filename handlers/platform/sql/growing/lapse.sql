-- Lift a fence that its run did not renew in time. The run will find it gone and not mark the log.
delete from ledger.log_growths
where topic = %(topic)s and state = 'fenced' and fenced_until < now()
