insert into ledger.expiry_nudges (topic, partition, last_offset)
select %(topic)s, unnest(%(partitions)s::integer[]), unnest(%(offsets)s::bigint[])
on conflict (topic, partition) do update
set last_offset = excluded.last_offset, sent_at = now()
