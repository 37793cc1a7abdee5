-- Compare the legs of one slice of transactions: how each ended, and what it posted. The first leg
-- takes the money from the source (to the destination if both are on one partition, else into
-- transit), the second moves it to the destination, and the third returns it to the source after a
-- refusal. A leg's partition is that of its record, so a record that was parked before the log grew
-- was applied on another partition. Legs that other databases have come as `elsewhere`; such a
-- transaction is judged where its first leg is.
with slice as (
    select transaction_id, leg, kind, status, account_id, counterparty_id, amount, currency,
           partition, debit_account_id, credit_account_id,
           debit_account_id is not null as is_posted, is_here
    from (
        select transaction_id, leg, kind, status, account_id, counterparty_id, amount, currency,
               partition, debit_account_id, credit_account_id, true as is_here
        from ledger.legs
        where transaction_id > %(low)s and transaction_id <= %(high)s
        union all
        select transaction_id, leg, kind, status, account_id, counterparty_id, amount, currency,
               partition, debit_account_id, credit_account_id, false
        from jsonb_populate_recordset(null::ledger.legs, %(elsewhere)s::jsonb)
    ) as known
),
judged as (
    select transaction_id,
           coalesce(one.account_id, two.account_id, three.account_id) as account_id,
           one.is_here is not false as is_judged_here,
           concat_ws('; ',
               case when one.leg is null then 'has no first leg' end,
               case when one.is_posted and one.status = 'rejected' and three.leg is null
                    then 'is rejected but its money never came back' end,
               case when three.leg is not null and (one.status <> 'rejected' or not one.is_posted)
                    then 'its money came back although it was not refused' end,
               case when (three.amount, three.currency, three.credit_account_id)
                         is distinct from (one.amount, one.currency, one.account_id)
                         and three.leg is not null and one.leg is not null
                    then 'its money did not come back the way it went' end,
               case when one.status = 'completed' and one.kind = any (%(travelling)s::text[])
                         and one.counterparty_id is not null
                         and (two.status, two.account_id, two.amount) is distinct from
                             ('completed', one.counterparty_id, one.amount)
                    then 'is completed but its destination never got the money' end,
               case when two.status = 'completed' and one.status = 'rejected'
                      or two.status = 'rejected' and one.status = 'completed'
                    then concat('its legs disagree: ', one.status, ' and ', two.status) end,
               case when two.status = 'completed' and not two.is_posted
                         and (one.credit_account_id is distinct from two.account_id
                              or two.partition <> one.partition)
                      or two.status = 'completed' and two.is_posted
                         and (two.credit_account_id <> two.account_id
                              or one.credit_account_id = two.account_id)
                    then 'its second leg is not what was posted' end
           ) as problem
    from (select * from slice where leg = 1) as one
    full join (select * from slice where leg = 2) as two using (transaction_id)
    full join (select * from slice where leg = 3) as three using (transaction_id)
)
select 'acc_' || encode(uuid_send(account_id), 'hex'),
       concat('transaction ', 'txn_', encode(uuid_send(transaction_id), 'hex'), ': ', problem),
       count(*) over ()
from judged
where problem <> '' and is_judged_here
order by account_id, transaction_id
limit %(limit)s
