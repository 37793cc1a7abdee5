-- Of moves through transit: first legs whose money has not come back and whose second leg is not
-- here, and second legs whose first leg is not here.
select one.transaction_id, one.leg, one.status, one.amount, one.currency,
       'acc_' || encode(uuid_send(one.counterparty_id), 'hex')
from ledger.legs as one
where one.leg = 1 and one.debit_account_id is not null
  and one.kind = any (%(travelling)s::text[]) and one.counterparty_id is not null
  and one.credit_account_id is distinct from one.counterparty_id
  and not exists (
      select from ledger.legs as other
      where other.transaction_id = one.transaction_id
        and (other.leg = 2 and other.status = 'completed' or other.leg = 3)
  )
union all
select two.transaction_id, two.leg, two.status, two.amount, two.currency, null
from ledger.legs as two
where two.leg = 2 and two.debit_account_id is not null and two.status = 'completed'
  and not exists (
      select from ledger.legs as other
      where other.transaction_id = two.transaction_id and other.leg = 1
  )
order by 1, 2
