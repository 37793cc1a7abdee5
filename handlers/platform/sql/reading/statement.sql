-- What a statement needs to know of its account, and the latest moment that one can be about.
select currency, (extract(epoch from opened_at) * 1000000)::bigint,
       (extract(epoch from ledger.latest_moment(%(topic)s, account_id)) * 1000000)::bigint
from ledger.accounts
where account_id = %(account_id)s::uuid
