-- A request that used the key of another one names that other one.
select null,
       concat('a conflict names transaction ', 'txn_', encode(uuid_send(c.transaction_id), 'hex'),
              ', which does not exist'),
       count(*) over ()
from ledger.conflicts as c
where not exists (
    select from ledger.transactions as t where t.transaction_id = c.transaction_id
)
order by c.transaction_id
limit %(limit)s
