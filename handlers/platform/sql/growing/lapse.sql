-- Lift a fence whose run has not renewed it in time: that one finds it gone, and does not mark the log.
delete from ledger.log_growths
where topic = %(topic)s and state = 'fenced' and fenced_until < now()
