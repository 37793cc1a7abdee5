-- The oldest rows of some waits.
select o.outbox_id, o.partition, o.to_topic, o.to_partition, o.messages
from (
    select unnest(%(partitions)s::integer[]) as partition,
           unnest(%(to_topics)s::text[]) as to_topic,
           unnest(%(to_partitions)s::integer[]) as to_partition
) w
cross join lateral (
    select * from ledger.outbox o
    where o.partition = w.partition and o.to_topic = w.to_topic
      and o.to_partition = w.to_partition
    order by o.outbox_id
    limit %(limit)s
) o
order by o.partition, o.to_topic, o.to_partition, o.outbox_id
