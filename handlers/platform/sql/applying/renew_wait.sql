-- Some of the waiting messages are published: the rest may follow at once.
update ledger.outbox_waits
set attempts = 0, next_attempt_at = now()
where partition = %(partition)s and to_topic = %(to_topic)s and to_partition = %(to_partition)s
