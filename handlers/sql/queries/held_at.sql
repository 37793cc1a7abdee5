select coalesce(sum(amount), 0)::bigint
from ledger.holds
where account_id = %(account_id)s::uuid
  and opened_at <= %(at)s and (closed_at is null or closed_at > %(at)s)
