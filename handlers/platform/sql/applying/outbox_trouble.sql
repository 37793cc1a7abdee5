-- What an operator must know: permanently refused messages, and log partitions with waits.
select (select count(*) from ledger.outbox_refused
        where partition <> all(%(absent)s::integer[])),
       (select count(distinct (to_topic, to_partition)) from ledger.outbox_waits
        where partition <> all(%(absent)s::integer[]))
