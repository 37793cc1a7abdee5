-- Compare an account with the commands that shaped it: its opening, freezes, limits and closing.
-- Their legs don't say everything: only the log has who froze it, in which direction, and what the
-- limits are.
with controls as (
    select account_id, kind, user_id, currency, posted_at, partition, "offset",
           kind in ('freeze', 'unfreeze') as is_freezing
    from ledger.legs
    where account_id > %(low)s and account_id <= %(high)s and debit_account_id is null
      and status = 'completed'
      and kind in ('account_opening', 'freeze', 'unfreeze', 'limits', 'close')
),
told as (
    select account_id,
           count(*) filter (where kind = 'account_opening') as openings,
           (array_agg(user_id) filter (where kind = 'account_opening'))[1] as user_id,
           min(currency) filter (where kind = 'account_opening') as currency,
           min(posted_at) filter (where kind = 'account_opening') as opened_at,
           count(*) filter (where kind = 'limits') as limits,
           count(*) filter (where kind = 'close') as closings,
           -- Within a partition, offsets give the order.
           case when count(distinct partition) filter (where is_freezing) = 1
                then (array_agg(kind order by posted_at desc, "offset" desc)
                          filter (where is_freezing))[1]
           end as last_freezing,
           count(*) filter (where is_freezing) as freezings
    from controls
    group by account_id
),
judged as (
    select account_id,
           concat_ws('; ',
               case when a.kind is null then 'was opened but does not exist'
                    when a.kind <> 'customer' then 'is not a customer''s but takes commands'
                    when coalesce(t.openings, 0) <> 1
                    then concat('was opened ', coalesce(t.openings, 0), ' times')
                    when (a.user_id, a.currency, a.opened_at)
                         is distinct from (t.user_id, t.currency, t.opened_at)
                    then 'differs from its opening' end,
               case when a.is_closed <> (coalesce(t.closings, 0) > 0)
                    then case when a.is_closed then 'is closed but was never closed'
                              else 'was closed but is not closed' end end,
               case when coalesce(t.freezings, 0) = 0 and (a.by_owner <> 0 or a.by_operator <> 0)
                    then 'is frozen but was never frozen'
                    when t.last_freezing = 'freeze' and a.by_owner = 0 and a.by_operator = 0
                    then 'was frozen but is not frozen'
                    when t.last_freezing = 'unfreeze' and a.by_owner <> 0
                    then 'was unfrozen but is frozen by its owner' end,
               case when coalesce(t.limits, 0) = 0
                         and (a.overdraft_limit <> 0 or a.daily_amount is not null
                              or a.daily_count is not null)
                    then 'has limits that were never set' end
           ) as problem
    from (
        select account_id, kind, user_id, currency, opened_at, is_closed, overdraft_limit,
               daily_amount, daily_count, frozen_by_owner as by_owner,
               frozen_by_operator as by_operator
        from ledger.accounts
        where account_id > %(low)s and account_id <= %(high)s
    ) as a
    full join told as t using (account_id)
    where a.kind = 'customer' or t.account_id is not null
)
select 'acc_' || encode(uuid_send(account_id), 'hex'), problem, count(*) over ()
from judged
where problem <> ''
order by account_id
limit %(limit)s
