-- The rows that earlier batches of a partition left, oldest first.
select outbox_id, partition, to_topic, to_partition, messages
from ledger.outbox
where partition = %(partition)s and to_topic is null
order by outbox_id
limit %(limit)s
