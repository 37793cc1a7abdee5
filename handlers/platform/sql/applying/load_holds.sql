select 'hld_' || encode(uuid_send(hold_id), 'hex'),
       'acc_' || encode(uuid_send(account_id), 'hex'),
       amount, currency, (extract(epoch from opened_at) * 1000000)::bigint,
       'acc_' || encode(uuid_send(destination_id), 'hex'),
       (extract(epoch from expires_at) * 1000000)::bigint,
       status, captured_amount, (extract(epoch from closed_at) * 1000000)::bigint
from ledger.holds
where hold_id = any (%(hold_ids)s::uuid[])
   or account_id = any (%(account_ids)s::uuid[]) and status = 'open'
      and expires_at <= timestamptz 'epoch' + %(due_us)s * interval '1 microsecond'
