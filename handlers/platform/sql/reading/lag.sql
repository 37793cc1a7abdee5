-- How far each partition is, and how long the newest record of its last batch had waited, where
-- that batch was applied just now.
select partition, next_offset,
       case when updated_at > now() - interval '3 seconds'
            then extract(epoch from updated_at - clock)::double precision end
from ledger.partition_progress
where topic = %(topic)s
