select
:reading/account_columns
from ledger.accounts a
where a.user_id = %(user_id)s::uuid
  and a.partition <> all(%(absent)s::integer[])
  and (%(metadata)s::jsonb is null or a.metadata @> %(metadata)s)
  and (a.opened_at, a.account_id) > (%(after_time)s, %(after_id)s::uuid)
order by a.opened_at, a.account_id
limit %(rows)s
