insert into ledger.holds (
    hold_id, account_id, amount, currency, destination_id, status, captured_amount,
    opened_at, expires_at, closed_at
)
select h.hold_id, h.account_id, h.amount, h.currency, h.destination_id, h.status,
       h.captured_amount, timestamptz 'epoch' + h.opened_at * interval '1 microsecond',
       timestamptz 'epoch' + h.expires_at * interval '1 microsecond',
       timestamptz 'epoch' + h.closed_at * interval '1 microsecond'
from unnest(
    %(hold_id)s::uuid[], %(account_id)s::uuid[], %(amount)s::bigint[], %(currency)s::text[],
    %(destination_id)s::uuid[], %(status)s::text[], %(captured_amount)s::bigint[],
    %(opened_at)s::bigint[], %(expires_at)s::bigint[], %(closed_at)s::bigint[]
) as h (
    hold_id, account_id, amount, currency, destination_id, status, captured_amount,
    opened_at, expires_at, closed_at
)
