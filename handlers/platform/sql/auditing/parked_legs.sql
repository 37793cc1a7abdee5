-- The outcome of each command that was ever parked.
select 'txn_' || encode(uuid_send(transaction_id), 'hex'), leg, partition, "offset",
       coalesce(reason = 'discarded', false) and debit_account_id is null
from ledger.legs
where transaction_id = any (%(transaction_ids)s::uuid[]) and leg < 3
