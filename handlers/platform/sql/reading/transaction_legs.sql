select replace(t.transaction_id::text, '-', ''), :leg_columns,
       replace(a.user_id::text, '-', '')
from ledger.transactions t
left join ledger.accounts a on a.account_id = t.account_id
where t.transaction_id = any(%s::uuid[])
order by t.transaction_id, t.leg
