insert into ledger.holds (
    hold_id, account_id, amount, currency, destination_id, status, captured_amount,
    opened_at, expires_at, closed_at
)
select h.hold_id, h.account_id, h.amount, h.currency, h.destination_id, h.status,
       h.captured_amount, timestamptz 'epoch' + h.opened_at * interval '1 microsecond',
       timestamptz 'epoch' + h.expires_at * interval '1 microsecond',
       timestamptz 'epoch' + h.closed_at * interval '1 microsecond'
from (
    select unnest(%(hold_id)s::uuid[]) as hold_id,
           unnest(%(account_id)s::uuid[]) as account_id,
           unnest(%(amount)s::bigint[]) as amount,
           unnest(%(currency)s::text[]) as currency,
           unnest(%(destination_id)s::uuid[]) as destination_id,
           unnest(%(status)s::text[]) as status,
           unnest(%(captured_amount)s::bigint[]) as captured_amount,
           unnest(%(opened_at)s::bigint[]) as opened_at,
           unnest(%(expires_at)s::bigint[]) as expires_at,
           unnest(%(closed_at)s::bigint[]) as closed_at
) h
