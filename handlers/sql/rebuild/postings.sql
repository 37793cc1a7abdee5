select 'txn_' || encode(uuid_send(transaction_id), 'hex') || ' leg ' || leg, to_jsonb(p)::text
from ledger.postings as p
order by transaction_id, leg
