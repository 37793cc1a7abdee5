-- The webhooks of these accounts' owners.
select a.account_id, w.webhook_id, w.events
from ledger.webhooks w
join ledger.accounts a on a.user_id = w.user_id
where a.account_id = any(%(accounts)s::uuid[])
