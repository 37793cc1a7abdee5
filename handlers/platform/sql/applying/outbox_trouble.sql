-- What an operator must know: permanently refused messages, and log partitions with waits.
select (select count(*) from ledger.outbox_refused),
       (select count(distinct (to_topic, to_partition)) from ledger.outbox_waits)
