-- Each hold was placed by a completed transaction of the same id, and the other way round.
select 'acc_' || encode(uuid_send(coalesce(h.account_id, t.account_id)), 'hex'),
       case when t.transaction_id is null
            then concat('hold ', 'hld_', encode(uuid_send(h.hold_id), 'hex'), ' has no transaction')
            when h.hold_id is null
            then concat('transaction ', 'txn_', encode(uuid_send(t.transaction_id), 'hex'),
                        ' completed but its hold does not exist')
            else concat('hold ', 'hld_', encode(uuid_send(h.hold_id), 'hex'),
                        ' differs from its transaction')
       end,
       count(*) over ()
from ledger.holds as h
full join (
    select transaction_id, account_id, amount, currency
    from ledger.transactions
    where kind = 'hold' and leg = 1 and status = 'completed'
) as t on t.transaction_id = h.hold_id
where t.transaction_id is null
   or h.hold_id is null
   or (h.account_id, h.amount, h.currency) is distinct from (t.account_id, t.amount, t.currency)
order by 1, 2
limit %(limit)s
