-- Move only queues on their account's own partition: a record on a wrong partition stays parked
-- there.
update ledger.parked_commands as p
set lane = moved.lane
from (
    select unnest(%(account_id)s::uuid[]) as account_id,
           unnest(%(lane_before)s::integer[]) as lane_before,
           unnest(%(lane)s::integer[]) as lane
) as moved
where p.account_id = moved.account_id and coalesce(p.lane, p.partition) = moved.lane_before
  and p.status = 'parked'
