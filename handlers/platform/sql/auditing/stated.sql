-- Placing or ending a hold posts nothing but records the account's balance at that time. If several
-- postings have the same time, any of their balances is accepted.
with told as (
    select account_id, transaction_id, posted_at, balance_after
    from ledger.legs
    where account_id > %(low)s and account_id <= %(high)s and debit_account_id is null
      and leg = 1 and status = 'completed' and kind in ('hold', 'void', 'hold_expiry')
),
entries as materialized (
    select debit_account_id as account_id, posted_at, -amount as amount,
           debit_balance_after as balance_after
    from ledger.legs
    where debit_account_id > %(low)s and debit_account_id <= %(high)s
      and debit_account_id in (select account_id from told)
    union all
    select credit_account_id, posted_at, amount, credit_balance_after
    from ledger.legs
    where credit_account_id > %(low)s and credit_account_id <= %(high)s
      and credit_account_id in (select account_id from told)
),
timeline as (
    select account_id, transaction_id, posted_at, balance_after,
           sum(amount) over (
               partition by account_id order by posted_at, transaction_id nulls last
               rows unbounded preceding
           ) as balance_before
    from (
        select account_id, transaction_id, posted_at, balance_after, 0 as amount from told
        union all
        select account_id, null, posted_at, balance_after, amount from entries
    ) as both_sorts
)
select 'acc_' || encode(uuid_send(account_id), 'hex'),
       concat('transaction ', 'txn_', encode(uuid_send(transaction_id), 'hex'),
              ': states a balance that the account did not have'),
       count(*) over ()
from timeline as t
where transaction_id is not null and balance_after is distinct from balance_before
  and not exists (
      select from entries as e
      where e.account_id = t.account_id and e.posted_at = t.posted_at
        and e.balance_after = t.balance_after
  )
order by account_id, transaction_id
limit %(limit)s
