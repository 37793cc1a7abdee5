-- Each account's partition, and other partitions that have commands about it. Leave out discarded
-- commands, which may have been on a wrong partition, decisions about parked commands, which are
-- where the queue was, and receipts that post nothing, which belong to the source's record.
select 'acc_' || encode(uuid_send(account_id), 'hex'), partition, null, null
from ledger.accounts
where kind = 'customer'
union all
select 'acc_' || encode(uuid_send(legs.account_id), 'hex'), legs.partition, count(*),
       'txn_' || min(encode(uuid_send(transaction_id), 'hex'))
from ledger.legs
left join ledger.accounts using (account_id)
where legs.partition is distinct from accounts.partition
  and legs.kind <> 'parked_resolution'
  and (reason is distinct from 'discarded' or debit_account_id is not null)
  and not (leg = 2 and status = 'completed' and debit_account_id is null)
group by legs.account_id, legs.partition
