-- The next slice of customers' accounts, in the order of their ids.
select 'acc_' || encode(uuid_send(account_id), 'hex')
from ledger.accounts
where kind = 'customer' and account_id > %(after)s
order by account_id
limit %(limit)s
