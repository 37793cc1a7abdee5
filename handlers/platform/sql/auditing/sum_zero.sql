-- Double entry: all balances of a currency sum to zero.
select null, concat('the accounts in ', currency, ' sum to ', sum(balance), ' instead of 0'),
       count(*) over ()
from ledger.accounts
group by currency
having sum(balance) <> 0
order by currency
limit %(limit)s
