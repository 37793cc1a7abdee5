-- When a record was parked is the time of its batch, and so depends on how batches were cut.
select 'prk_' || encode(uuid_send(parked_id), 'hex'), (to_jsonb(p) - 'parked_at')::text
from ledger.parked_commands as p
order by parked_id
