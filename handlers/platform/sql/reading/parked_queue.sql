-- A growth moves a queue to another partition; where none did, the record's own partition works it.
select replace(account_id::text, '-', ''), coalesce(lane, partition)
from ledger.parked_commands
where parked_id = %s::uuid
