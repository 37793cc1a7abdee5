-- An account's held amount is the sum of its open holds, in its own currency. Money of a hold that
-- is in transit to another partition is no longer held.
select 'acc_' || encode(uuid_send(account_id), 'hex'),
       case when a.account_id is null then 'has open holds but does not exist'
            when h.currency <> a.currency or h.other_currency <> a.currency
            then 'has open holds in another currency'
            else concat(a.held, ' is held but its open holds sum to ', coalesce(h.amount, 0))
       end,
       count(*) over ()
from ledger.accounts as a
full join (
    select account_id, sum(amount - captured_amount) as amount, min(currency) as currency,
           max(currency) as other_currency
    from ledger.holds
    where status = 'open'
    group by account_id
) as h using (account_id)
where a.account_id is null
   or a.held <> coalesce(h.amount, 0)
   or h.currency <> a.currency
   or h.other_currency <> a.currency
order by account_id
limit %(limit)s
