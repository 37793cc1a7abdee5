-- An account at its latest version, and the moment for which the result is valid.
select version, balance, held,
       (extract(epoch from ledger.latest_moment(%(topic)s, account_id)) * 1000000)::bigint
from ledger.accounts
where account_id = %(account_id)s::uuid
