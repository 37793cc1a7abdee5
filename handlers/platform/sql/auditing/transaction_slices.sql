-- Cut the transactions, in the order of their ids, into slices of equal size.
select transaction_id
from (
    select transaction_id, row_number() over (order by transaction_id, leg) as number
    from ledger.transactions
) as numbered
where mod(number, %(size)s) = 0
order by transaction_id
