-- The keys are in the order of the rows, also as texts.
select 'txn_' || encode(uuid_send(transaction_id), 'hex') || ' at ' || lpad(partition::text, 6, '0')
           || '-' || lpad("offset"::text, 20, '0'),
       to_jsonb(c)::text
from ledger.conflicts as c
order by transaction_id, partition, "offset", fingerprint
