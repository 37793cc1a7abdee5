-- What an operator has to know of: messages refused for good, and destinations that are waited for.
select (select count(*) from ledger.outbox_refused),
       (select count(distinct (to_topic, to_partition)) from ledger.outbox_waits)
