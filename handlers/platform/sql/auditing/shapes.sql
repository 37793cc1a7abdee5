-- Check each leg by itself against its kind, status and posting. Where the money enters or leaves
-- through a partition's own accounts, check those too; they are few.
with own as (
    select account_id, kind from ledger.accounts where kind <> 'customer'
),
posted as (
    select l.*, debit.kind as debit_kind, credit.kind as credit_kind,
           debit_account_id is not null as is_posted,
           -- Discarded before it was applied: only the request is known.
           coalesce(reason = 'discarded', false) and leg = 1 and debit_account_id is null
               as is_discarded,
           l.kind = any (%(moving_money)s::text[]) as moves_money,
           l.kind = any (%(of_holds)s::text[]) as is_of_hold,
           case when leg = 1 and debit_account_id = l.account_id then debit_balance_after
                when credit_account_id = l.account_id then credit_balance_after
           end as posted_balance
    from ledger.legs as l
    left join own as debit on debit.account_id = debit_account_id
    left join own as credit on credit.account_id = credit_account_id
),
judged as (
    select transaction_id, leg, account_id,
           concat_ws('; ',
               case when kind <> all (%(kinds)s::text[])
                         or leg > 1 and kind <> all (%(travelling)s::text[])
                    then concat('is a ', kind, ', which has no such leg') end,
               case when reason <> all (%(reasons)s::text[])
                    then concat('is refused for the unknown reason ', reason) end,
               case when status = 'pending' and (leg > 1 or credit_kind is distinct from 'in_transit')
                    then 'is pending but has nothing in transit' end,
               case when not is_posted and leg = 1 and moves_money and status <> 'rejected'
                    then concat('is ', status, ' but has no posting')
                    when is_posted and not moves_money
                    then concat('is a ', kind, ' but has a posting')
                    when is_posted and status = 'rejected'
                         and (leg > 1 or credit_kind is distinct from 'in_transit')
                    then 'is rejected but has a posting'
                    when leg = 3 and status <> 'completed' then 'is a return without a posting'
               end,
               case when is_posted and not coalesce(
                   case when leg > 1 then debit_kind = 'in_transit' and credit_account_id = account_id
                        when kind = any (%(cash_in)s::text[])
                        then debit_kind = 'clearing' and credit_account_id = account_id
                        when kind = 'reversal' and counterparty_id is null
                        then debit_account_id = account_id and credit_kind = 'clearing'
                             or debit_kind = 'clearing' and credit_account_id = account_id
                        when counterparty_id is null
                        then debit_account_id = account_id and credit_kind = 'clearing'
                        else debit_account_id = account_id
                             and (credit_account_id = counterparty_id or credit_kind = 'in_transit')
                   end, false)
                    then concat('posted to a different account than a ', kind, ' does') end,
               case when status = 'rejected' then
                        case when balance_after is not null then 'is refused but has a balance' end
                    when is_posted then
                        case when balance_after is distinct from posted_balance
                             then 'has a different balance than was posted' end
                    when (balance_after is not null) <> (leg = 2 or is_of_hold)
                    then 'has a balance that does not fit its kind' end,
               case when (amount is null or currency is null)
                         and (status <> 'rejected' and (moves_money or is_of_hold) or leg > 1
                              or kind = any (%(stating_amount)s::text[])
                                 and not is_discarded)
                         or currency is null and kind = 'account_opening'
                    then 'has no amount'
                    when amount is not null and not moves_money and not is_of_hold
                         or currency is not null and not moves_money and not is_of_hold
                            and kind <> 'account_opening'
                    then concat('is a ', kind, ' but has an amount') end,
               case when counterparty_id is not null
                         and (kind not in ('transfer', 'hold', 'capture', 'reversal') or is_discarded)
                         or counterparty_id is null and not is_discarded
                            and (kind = 'transfer' or leg > 1)
                    then 'has a counterparty that does not fit its kind' end,
               case when (hold_id is not null) <> (is_of_hold and leg = 1 and not is_discarded)
                         or kind = 'hold' and hold_id <> transaction_id
                    then 'has a hold that does not fit its kind' end,
               case when (reverses is not null) <> (kind = 'reversal' and leg = 1 and not is_discarded)
                    then 'has a transaction that does not fit its kind' end,
               case when (description is not null or metadata is not null)
                         and (leg = 3 or not moves_money and kind <> 'hold')
                    then concat('is a ', kind, ' but has a description') end,
               case when leg = 3 and reversed_amount <> 0
                    then 'is a return but has a reversed amount' end,
               -- Moves to another partition end when that partition has decided.
               case when completed_at <> posted_at and credit_kind is distinct from 'in_transit'
                    then 'ended at a different time than it was posted' end,
               case when posted_at > (select max(clock) from ledger.partition_progress)
                    then 'was posted later than any partition''s progress' end
           ) as problem
    from posted
)
select 'acc_' || encode(uuid_send(account_id), 'hex'),
       concat('transaction ', 'txn_', encode(uuid_send(transaction_id), 'hex'), ' leg ', leg, ': ',
              problem),
       count(*) over ()
from judged
where problem <> ''
order by account_id, transaction_id, leg
limit %(limit)s
