select 'txn_' || encode(uuid_send(transaction_id), 'hex') || ' leg ' || leg, to_jsonb(t)::text
from ledger.transactions as t
order by transaction_id, leg
