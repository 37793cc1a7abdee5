-- Each partition's progress, and the number of unpublished batches.
select partition, incarnation, next_offset, growing_to,
       (select count(*) from ledger.outbox)
from ledger.partition_progress
where topic = %(topic)s
order by partition
