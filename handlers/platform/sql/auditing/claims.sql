-- What stands for the first leg of a claimed id.
select transaction_id, 1,
       jsonb_build_object(
           'transaction_id', transaction_id, 'leg', 1, 'fingerprint', fingerprint
       )::text
from ledger.claims
where transaction_id = any (%(transaction_ids)s::uuid[])
