-- A partition's own accounts, through which money enters and leaves it, have ids derived from what
-- they are (handlers/domain/ids.py). Each kind and currency has a series of them: the next one is
-- opened when the earlier ones are half full. No command names, limits or freezes them.
with own as (
    select account_id, kind, partition, currency,
           num_nonnulls(name, daily_amount, daily_count) > 0
               or (overdraft_limit, frozen_by_owner, frozen_by_operator, is_closed)
                  <> (0, 0, 0, false)
               or (day, day_amount, day_count) <> (0, 0, 0) as is_dressed_up
    from ledger.accounts
    where kind <> 'customer'
),
named as (
    select replace(kind, '_', '-') as word, partition::text as place, currency, number,
           case when number > 0 then number::text end as digits
    from (
        select kind, partition, currency, generate_series(0, count(*) - 1) as number
        from own
        group by kind, partition, currency
    ) as series
),
due as (
    select substring(sha256(
               int4send(length(word)) || convert_to(word, 'UTF8')
               || int4send(length(place)) || convert_to(place, 'UTF8')
               || int4send(length(currency)) || convert_to(currency, 'UTF8')
               || coalesce(int4send(length(digits)) || convert_to(digits, 'UTF8'), ''::bytea)
           ) from 1 for 16) as account_id,
           word, place, currency
    from named
)
select 'acc_' || encode(uuid_send(account_id), 'hex'),
       case when is_dressed_up then concat('has fields of customers'' accounts, but is a ', kind, ' account')
            else concat('is not the ', kind, ' account of partition ', partition, ' in ', currency)
       end,
       count(*) over ()
from own
where is_dressed_up or not exists (
    select from due
    where due.account_id = uuid_send(own.account_id) and due.word = replace(own.kind, '_', '-')
      and due.place = own.partition::text and due.currency = own.currency
)
order by account_id
limit %(limit)s
