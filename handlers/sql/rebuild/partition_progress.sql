-- How far each lane is. When that was written says nothing about the ledger; and a lane that never had
-- a record, which a growth may have a row of, is as one without a row.
select topic || ' ' || lpad(partition::text, 6, '0'), (to_jsonb(p) - 'updated_at')::text
from ledger.partition_progress as p
where incarnation <> ''
order by topic collate "C", partition
