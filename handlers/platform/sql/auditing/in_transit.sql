-- Money in transit has left its source and not reached a destination: the move is pending, and its
-- second leg is not applied yet, or was refused and the money has not come back yet.
select null,
       concat(coalesce(a.amount, 0), ' ', currency, ' is in transit but the moves under way sum to ',
              coalesce(t.amount, 0)),
       count(*) over ()
from (
    select currency, sum(balance) as amount
    from ledger.accounts
    where kind = 'in_transit'
    group by currency
) as a
full join (
    select first_leg.currency, sum(first_leg.amount) as amount
    from ledger.transactions as first_leg
    left join ledger.transactions as second_leg
        on second_leg.transaction_id = first_leg.transaction_id
       and second_leg.leg = 2
       and second_leg.status = 'completed'
    where first_leg.leg = 1 and first_leg.status = 'pending' and second_leg.leg is null
    group by first_leg.currency
) as t using (currency)
where coalesce(a.amount, 0) <> coalesce(t.amount, 0)
order by currency
limit %(limit)s
