select 'txn_' || encode(uuid_send(transaction_id), 'hex') || ' at ' || partition || '-' || "offset",
       to_jsonb(c)::text
from ledger.conflicts as c
order by transaction_id, partition, "offset", fingerprint
