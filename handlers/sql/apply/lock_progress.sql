-- Taken first: whoever holds this row is the partition's one writer.
select incarnation, next_offset, (extract(epoch from clock) * 1000000)::bigint, has_parked,
       exists (select from ledger.outbox o where o.partition = %(partition)s) as has_outbox
from ledger.partition_progress
where topic = %(topic)s and partition = %(partition)s
for update
