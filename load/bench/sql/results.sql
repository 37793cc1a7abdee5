-- The results of some accounts' commands since a time, with their number of postings.
select replace(t.transaction_id::text, '-', ''), t.status, t.amount,
       replace(t.account_id::text, '-', ''),
       (select count(*) from ledger.postings p where p.transaction_id = t.transaction_id)
from ledger.transactions t
where t.account_id = any(%(accounts)s::uuid[]) and t.posted_at >= %(since)s
      and t.leg = 1 and t.kind <> 'open_account'
