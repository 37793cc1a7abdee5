-- Each partition's progress, and how long the newest record of its last batch had waited, if that
-- batch was applied recently.
select partition, next_offset,
       case when updated_at > now() - interval '3 seconds'
            then extract(epoch from updated_at - clock)::double precision end
from ledger.partition_progress
where topic = %(topic)s
