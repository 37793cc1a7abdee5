-- Holds one slice of transactions against their postings. Posting 1 takes the money from the source
-- (to the destination, if both live on one partition; else into transit), posting 2 brings it to the
-- destination, posting 3 brings it back to the source after a refusal. A leg's partition is where its
-- record lies: one that was parked before the log grew is applied on another.
with legs as (
    select transaction_id, leg, kind, status, account_id, counterparty_id, amount, currency,
           partition,
           kind in ('deposit', 'withdrawal', 'transfer', 'capture', 'reversal') as moves_money
    from ledger.transactions
    where transaction_id > %(low)s and transaction_id <= %(high)s
),
posted as (
    select transaction_id, leg, debit_account_id, credit_account_id, amount, currency
    from ledger.postings
    where transaction_id > %(low)s and transaction_id <= %(high)s
),
judged as (
    select transaction_id,
           coalesce(one.account_id, two.account_id, p1.debit_account_id, p2.credit_account_id,
                    p3.credit_account_id) as account_id,
           concat_ws('; ',
               case when one.leg is null and (two.leg is not null or p1.leg is not null
                                              or p3.leg is not null)
                    then 'has no first leg' end,
               case when one.moves_money and one.status <> 'rejected' and p1.leg is null
                    then concat('is ', one.status, ' but has no posting') end,
               case when p1.leg is not null and not one.moves_money
                    then concat('is a ', one.kind, ' but has a posting') end,
               case when p1.leg is not null and one.status = 'rejected' and p3.leg is null
                    then 'is rejected but its money never came back' end,
               case when p3.leg is not null and (one.status <> 'rejected' or p1.leg is null)
                    then 'its money came back though it was not refused' end,
               case when (p1.amount, p1.currency) is distinct from (one.amount, one.currency)
                         and p1.leg is not null and one.leg is not null
                    then concat('says ', one.amount, ' ', one.currency, ' but posted ',
                                p1.amount, ' ', p1.currency) end,
               case when (p3.amount, p3.currency, p3.credit_account_id)
                         is distinct from (one.amount, one.currency, one.account_id)
                         and p3.leg is not null and one.leg is not null
                    then 'its money came back otherwise than it went' end,
               case when one.kind = 'deposit' and p1.credit_account_id <> one.account_id
                      or one.kind in ('withdrawal', 'transfer', 'capture')
                         and p1.debit_account_id <> one.account_id
                      or one.kind = 'reversal'
                         and one.account_id not in (p1.debit_account_id, p1.credit_account_id)
                    then 'posted to another account than its own' end,
               case when one.status = 'completed' and one.kind in ('transfer', 'capture', 'reversal')
                         and one.counterparty_id is not null
                         and (two.status, two.account_id, two.amount) is distinct from
                             ('completed', one.counterparty_id, one.amount)
                    then 'is completed but its destination never got the money' end,
               case when two.status = 'completed' and one.status = 'rejected'
                      or two.status = 'rejected' and one.status = 'completed'
                    then concat('its legs disagree: ', one.status, ' and ', two.status) end,
               case when two.status = 'completed' and p2.leg is null
                         and (p1.credit_account_id is distinct from two.account_id
                              or two.partition <> one.partition)
                    then 'its second leg is not what was posted' end,
               case when two.status = 'completed' and p2.leg is not null
                         and ((p2.credit_account_id, p2.amount, p2.currency) is distinct from
                              (two.account_id, two.amount, two.currency)
                              or p1.credit_account_id = two.account_id)
                    then 'its second leg is not what was posted' end,
               case when p2.leg is not null and two.status is distinct from 'completed'
                    then 'has a second posting but no completed second leg' end
           ) as problem
    from (select * from legs where leg = 1) as one
    full join (select * from legs where leg = 2) as two using (transaction_id)
    full join (select * from posted where leg = 1) as p1 using (transaction_id)
    full join (select * from posted where leg = 2) as p2 using (transaction_id)
    full join (select * from posted where leg = 3) as p3 using (transaction_id)
)
select 'acc_' || encode(uuid_send(account_id), 'hex'),
       concat('transaction ', 'txn_', encode(uuid_send(transaction_id), 'hex'), ': ', problem),
       count(*) over ()
from judged
where problem <> ''
order by account_id, transaction_id
limit %(limit)s
