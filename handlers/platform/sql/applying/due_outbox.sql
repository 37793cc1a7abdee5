-- Batches are still publishing young rows; older ones were left behind.
select outbox_id, partition, to_topic, to_partition, messages
from ledger.outbox
where to_topic is null and partition <> all(%(absent)s::integer[])
  and created_at < now() - %(age_s)s * interval '1 second'
order by partition, outbox_id
limit %(limit)s
