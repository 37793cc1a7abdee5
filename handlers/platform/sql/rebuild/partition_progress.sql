-- The progress of each partition that is here, without the time it was written. A partition that never had a record,
-- for which a growth may have inserted a row, counts as one without a row. A partition that was
-- idle since before counts were recorded uses the others' count.
select topic || ' ' || lpad(partition::text, 6, '0'),
       (
           to_jsonb(p) - 'updated_at' || jsonb_build_object(
               'partitions', coalesce(partitions, max(partitions) over (partition by topic))
           )
       )::text
from ledger.partition_progress as p
where incarnation <> '' and shard is null
order by topic collate "C", partition
