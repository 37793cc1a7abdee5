select 'prk_' || encode(uuid_send(parked_id), 'hex'), to_jsonb(p)::text
from ledger.parked_commands as p
order by parked_id
