insert into ledger.outbox_refused (partition, to_topic, to_partition, key, value, error)
values (%(partition)s, %(to_topic)s, %(to_partition)s, %(key)s, %(value)s, %(error)s)
