select transaction_id, leg, (to_jsonb(l) - '{debit_hash,credit_hash}'::text[])::text
from ledger.legs as l
where transaction_id = any (%(transaction_ids)s::uuid[])
