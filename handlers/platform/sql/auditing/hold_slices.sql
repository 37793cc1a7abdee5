-- Cut the holds, in the order of their ids, into slices of equal size.
select hold_id
from (
    select hold_id, row_number() over (order by hold_id) as number
    from ledger.holds
) as numbered
where mod(number, %(size)s) = 0
order by hold_id
