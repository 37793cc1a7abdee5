-- Newest first. Each account's rows come from its own index, or the index by status.
select replace(h.hold_id::text, '-', ''), replace(h.account_id::text, '-', ''),
       replace(h.destination_id::text, '-', ''), h.amount, h.captured_amount, h.currency, h.status,
       (extract(epoch from h.opened_at) * 1000000)::bigint,
       (extract(epoch from h.expires_at) * 1000000)::bigint,
       (extract(epoch from h.closed_at) * 1000000)::bigint
from ledger.accounts a
cross join lateral (
    select *
    from ledger.holds
    where account_id = a.account_id
      and opened_at <= %(before_time)s::timestamptz
      and (opened_at, hold_id) < (%(before_time)s::timestamptz, %(before_id)s::uuid)
      and (%(status)s::text is null or status = %(status)s)
    order by opened_at desc, hold_id desc
    limit %(rows)s
) h
where a.user_id is not null
  and a.partition <> all(%(absent)s::integer[])
  and (%(account_id)s::uuid is null or a.account_id = %(account_id)s)
  and (%(user_id)s::uuid is null or a.user_id = %(user_id)s)
order by h.opened_at desc, h.hold_id desc
limit %(rows)s
