select 'acc_' || encode(uuid_send(account_id), 'hex'), to_jsonb(a)::text
from ledger.accounts as a
order by account_id
