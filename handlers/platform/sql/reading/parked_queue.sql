-- A growth may have moved the queue to another partition; otherwise it is the record's partition.
select replace(account_id::text, '-', ''), coalesce(lane, partition)
from ledger.parked_commands
where parked_id = %s::uuid
