select 'hld_' || encode(uuid_send(hold_id), 'hex'), to_jsonb(h)::text
from ledger.holds as h
order by hold_id
