-- An account's balance at a time (from its newest entry by then) and its holds, in one snapshot.
-- A hold counts from when it was placed until it was closed or expired. During a capture to another
-- partition, the captured amount has left the account and is no longer held, and the rest can't
-- expire.
select newest.version, coalesce(credited.balance_after, debited.balance_after, 0),
       (select coalesce(sum(case when captured.amount is not null then h.amount - captured.amount
                                 when h.expires_at <= %(at)s::timestamptz then 0
                                 else h.amount end), 0)::bigint
        from ledger.holds h
        left join lateral (
            select l.amount
            from ledger.legs l
            where l.hold_id = h.hold_id and l.kind = 'capture' and l.leg = 1
              and l.debit_account_id is not null and l.posted_at <= %(at)s::timestamptz
              and not exists (
                  select from ledger.legs back
                  where back.transaction_id = l.transaction_id and back.leg = 3
                    and back.posted_at <= %(at)s::timestamptz)
        ) captured on true
        where h.account_id = a.account_id and h.opened_at <= %(at)s::timestamptz
          and (h.closed_at is null or h.closed_at > %(at)s::timestamptz)),
       (extract(epoch from ledger.latest_moment(%(topic)s, a.account_id)) * 1000000)::bigint
from ledger.accounts a
cross join lateral ledger.version_at(a.account_id, %(at)s::timestamptz) newest (version)
left join lateral (
    select credit_balance_after as balance_after
    from ledger.legs
    where credit_account_id = a.account_id and credit_version = newest.version
) credited on true
left join lateral (
    select debit_balance_after as balance_after
    from ledger.legs
    where debit_account_id = a.account_id and debit_version = newest.version
) debited on true
where a.account_id = %(account_id)s::uuid
