-- The legs of one slice of transactions.
select transaction_id, leg, 'acc_' || encode(uuid_send(account_id), 'hex')
from ledger.legs
where transaction_id > %(low)s and transaction_id <= %(high)s
