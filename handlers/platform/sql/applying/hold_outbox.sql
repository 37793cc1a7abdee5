insert into ledger.outbox (partition, to_topic, to_partition, messages)
values (%(partition)s, %(to_topic)s, %(to_partition)s, %(messages)s)
