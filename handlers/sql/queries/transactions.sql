-- Newest first. Each account's rows come from its own index, so a long history costs nothing.
select replace(t.transaction_id::text, '-', ''), t.leg, t.kind, t.status, t.reason,
       replace(t.account_id::text, '-', ''), replace(t.counterparty_id::text, '-', ''),
       t.amount, t.currency, t.balance_after, t.description, t.metadata::text,
       replace(t.hold_id::text, '-', ''), replace(t.reverses::text, '-', ''),
       t.partition, t."offset",
       (extract(epoch from t.requested_at) * 1000000)::bigint,
       (extract(epoch from t.posted_at) * 1000000)::bigint,
       (extract(epoch from t.completed_at) * 1000000)::bigint,
       t.fingerprint
from ledger.accounts a
cross join lateral (
    select *
    from ledger.transactions l
    where l.account_id = a.account_id
      and (%(status)s::text is null or l.status = %(status)s)
      and (case when %(kind)s::text is null then l.kind <> all(%(hidden)s) else l.kind = %(kind)s end)
      and (l.posted_at, l.transaction_id, l.leg)
          < (%(before_time)s::timestamptz, %(before_id)s::uuid, %(before_leg)s::bigint)
      -- Of a transfer between two of the caller's own accounts the first leg stands for both.
      and (l.leg = 1 or %(account_id)s::uuid is not null or not exists (
          select from ledger.accounts s
          where s.account_id = l.counterparty_id and s.user_id = a.user_id))
    order by l.posted_at desc, l.transaction_id desc
    limit %(rows)s
) t
where a.user_id is not null
  and (%(account_id)s::uuid is null or a.account_id = %(account_id)s)
  and (%(user_id)s::uuid is null or a.user_id = %(user_id)s)
order by t.posted_at desc, t.transaction_id desc, t.leg desc
limit %(rows)s
