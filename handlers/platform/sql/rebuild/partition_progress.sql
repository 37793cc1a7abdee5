-- How far each partition is. When that was written says nothing about the ledger. A partition that never had a
-- record, which a growth may have a row of, is as one without a row; and one that was idle since before
-- partitions stated their count goes by what the others state.
select topic || ' ' || lpad(partition::text, 6, '0'),
       (
           to_jsonb(p) - 'updated_at' || jsonb_build_object(
               'partitions', coalesce(partitions, max(partitions) over (partition by topic))
           )
       )::text
from ledger.partition_progress as p
where incarnation <> ''
order by topic collate "C", partition
