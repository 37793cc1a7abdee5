insert into ledger.outbox (partition, messages)
values (%(partition)s, %(messages)s)
returning outbox_id
