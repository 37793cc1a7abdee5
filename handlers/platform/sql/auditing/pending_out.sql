-- An account's outgoing amount in transit is the sum of its pending moves.
select 'acc_' || encode(uuid_send(account_id), 'hex'),
       case when a.account_id is null then 'has moves under way but does not exist'
            else concat(a.pending_out, ' is noted as under way but its pending moves sum to ',
                        coalesce(t.amount, 0))
       end,
       count(*) over ()
from ledger.accounts as a
full join (
    select account_id, sum(amount) as amount
    from ledger.transactions
    where status = 'pending' and leg = 1
    group by account_id
) as t using (account_id)
where a.account_id is null or a.pending_out <> coalesce(t.amount, 0)
order by account_id
limit %(limit)s
