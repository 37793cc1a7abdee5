select 'hld_' || encode(uuid_send(hold_id), 'hex'), 'acc_' || encode(uuid_send(account_id), 'hex')
from ledger.holds
where status = 'open' and expires_at < now()
order by expires_at
limit %(limit)s
