select 'hld_' || encode(uuid_send(hold_id), 'hex'), 'acc_' || encode(uuid_send(account_id), 'hex'),
       (extract(epoch from now() - expires_at) / 60)::bigint
from ledger.holds
where status = 'open' and expires_at < now()
order by expires_at
limit %(limit)s
