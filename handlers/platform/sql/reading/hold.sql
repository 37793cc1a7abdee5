select replace(h.hold_id::text, '-', ''), replace(h.account_id::text, '-', ''),
       replace(h.destination_id::text, '-', ''), h.amount, h.captured_amount, h.currency, h.status,
       (extract(epoch from h.opened_at) * 1000000)::bigint,
       (extract(epoch from h.expires_at) * 1000000)::bigint,
       (extract(epoch from h.closed_at) * 1000000)::bigint
from ledger.holds h
where h.hold_id = %s::uuid
