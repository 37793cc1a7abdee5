-- A reversal takes back what its account received, or brings back what left the ledger from it, and
-- returns it to where it came from.
select 'acc_' || encode(uuid_send(r.account_id), 'hex'),
       concat('transaction ', 'txn_', encode(uuid_send(r.transaction_id), 'hex'),
              ': reverses otherwise than what it reverses went'),
       count(*) over ()
from ledger.legs as r
left join ledger.legs as original
    on original.transaction_id = r.reverses and original.account_id = r.account_id
   and (original.leg = 2 or original.leg = 1 and original.counterparty_id is null)
where r.reverses is not null and r.leg = 1
  and (r.status <> 'rejected' or r.debit_account_id is not null)
  and not coalesce(
      original.status = 'completed' and original.kind <> 'reversal'
      and r.counterparty_id is not distinct from original.counterparty_id
      and r.currency = original.currency and r.amount <= original.amount
      and (original.leg = 2
           or (original.kind = any (%(cash_in)s::text[])) = (r.debit_account_id = r.account_id)),
      false)
order by r.account_id, r.transaction_id
limit %(limit)s
