-- The reversed amount of a transaction is recorded on the leg that received its money, and is never
-- more than that leg's amount. Refused reversals don't count.
select 'acc_' || encode(uuid_send(account_id), 'hex'),
       concat('transaction ', 'txn_', encode(uuid_send(transaction_id), 'hex'), ': ',
              case when t.transaction_id is null and r.amount is not null
                   then concat(r.amount, ' is given back of it, but it has no count of that')
                   when t.reversed_amount > t.amount
                   then concat(t.reversed_amount, ' of ', t.amount, ' is given back')
                   else concat(t.reversed_amount, ' is counted as given back but its reversals sum to ',
                               coalesce(r.amount, 0))
              end),
       count(*) over ()
from (
    select transaction_id, account_id, amount, reversed_amount
    from ledger.transactions
    where reversed_amount <> 0
) as t
full join (
    select reverses as transaction_id, account_id, sum(amount) as amount
    from ledger.transactions
    where reverses is not null and leg = 1 and status <> 'rejected'
    group by reverses, account_id
) as r using (transaction_id, account_id)
where t.transaction_id is null
   or t.reversed_amount <> coalesce(r.amount, 0)
   or t.reversed_amount > t.amount
order by account_id, transaction_id
limit %(limit)s
