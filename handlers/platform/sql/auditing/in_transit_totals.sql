select currency, sum(balance)::bigint
from ledger.accounts
where kind = 'in_transit'
group by currency
having sum(balance) <> 0
order by currency
