-- An account as it is, by the latest version, and the moment that this holds for.
select version, balance, held,
       (extract(epoch from ledger.latest_moment(%(topic)s, account_id)) * 1000000)::bigint
from ledger.accounts
where account_id = %(account_id)s::uuid
