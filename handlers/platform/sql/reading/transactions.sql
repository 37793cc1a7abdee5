-- Newest first, by time and, for one account and time, by version. Each account's rows come from
-- its own indexes: debits and credits in version order, which is also time order, and the rows that
-- moved nothing. So long histories and deep pages are cheap. Times limit the scan; every other
-- filter is checked row by row.
select :leg_columns, t.version
from ledger.accounts a
cross join lateral ledger.version_at(a.account_id, %(before_time)s::timestamptz) newest
cross join lateral (
    select case when %(from)s::timestamptz is null then 0
                else ledger.version_at(a.account_id, %(from)s - interval '1 microsecond') end
) oldest (version)
cross join lateral (
    (select l.*, l.credit_version as version
     from ledger.legs l
     where l.credit_account_id = a.account_id and l.account_id = a.account_id and l.leg < 3
       and l.credit_version <= newest and l.credit_version > oldest.version
       and (l.posted_at, l.credit_version, l.transaction_id, l.leg)
           < (%(before_time)s::timestamptz, %(before_version)s::bigint, %(before_id)s::uuid,
              %(before_leg)s::bigint)
       and (%(kind)s::text is null or l.kind = %(kind)s)
:reading/wanted_legs
       -- The first leg stands for a transfer between two of the caller's own accounts, of which
       -- those on other shards are named.
       and (l.leg = 1 or %(account_id)s::uuid is not null
            or l.counterparty_id <> all(%(own)s::uuid[]) and not exists (
                select from ledger.accounts s
                where s.account_id = l.counterparty_id and s.user_id = a.user_id))
     order by l.credit_version desc
     limit %(rows)s)
    union all
    (select l.*, l.debit_version
     from ledger.legs l
     where l.debit_account_id = a.account_id and l.account_id = a.account_id and l.leg < 3
       and l.debit_version <= newest and l.debit_version > oldest.version
       and (l.posted_at, l.debit_version, l.transaction_id, l.leg)
           < (%(before_time)s::timestamptz, %(before_version)s::bigint, %(before_id)s::uuid,
              %(before_leg)s::bigint)
       and (%(kind)s::text is null or l.kind = %(kind)s)
:reading/wanted_legs
     order by l.debit_version desc
     limit %(rows)s)
    union all
    (select l.*, 0
     from ledger.legs l
     where l.account_id = a.account_id and l.debit_account_id is null
       and l.posted_at <= %(before_time)s::timestamptz
       and (%(from)s::timestamptz is null or l.posted_at >= %(from)s)
       and (l.posted_at, 0, l.transaction_id, l.leg)
           < (%(before_time)s::timestamptz, %(before_version)s::bigint, %(before_id)s::uuid,
              %(before_leg)s::bigint)
       and (case when %(kind)s::text is not null then l.kind = %(kind)s
                 -- A refused expiry does not change the hold, so leave it out.
                 when l.kind = 'hold_expiry' then l.status = 'completed'
                 else l.kind <> all(%(hidden)s) end)
:reading/wanted_legs
       and (l.leg = 1 or %(account_id)s::uuid is not null
            or l.counterparty_id <> all(%(own)s::uuid[]) and not exists (
                select from ledger.accounts s
                where s.account_id = l.counterparty_id and s.user_id = a.user_id))
     order by l.posted_at desc, l.transaction_id desc
     limit %(rows)s)
) t
where a.user_id is not null
  and a.partition <> all(%(absent)s::integer[])
  and (%(account_id)s::uuid is null or a.account_id = %(account_id)s)
  and (%(user_id)s::uuid is null or a.user_id = %(user_id)s)
order by t.posted_at desc, t.version desc, t.transaction_id desc, t.leg desc
limit %(rows)s
