-- The facts about an account that a statement needs, and the latest moment it may cover.
select currency, (extract(epoch from opened_at) * 1000000)::bigint,
       (extract(epoch from ledger.latest_moment(%(topic)s, account_id)) * 1000000)::bigint
from ledger.accounts
where account_id = %(account_id)s::uuid
