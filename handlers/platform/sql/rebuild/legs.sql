select 'txn_' || encode(uuid_send(transaction_id), 'hex') || ' leg ' || leg, to_jsonb(l)::text
from ledger.legs as l
order by transaction_id, leg
