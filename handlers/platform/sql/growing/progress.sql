-- How far each partition is, and how many batches have still to be published.
select partition, incarnation, next_offset, growing_to,
       (select count(*) from ledger.outbox)
from ledger.partition_progress
where topic = %(topic)s
order by partition
