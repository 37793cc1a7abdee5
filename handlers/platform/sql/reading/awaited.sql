-- The awaited transactions that are final, and the conflicts at the awaited positions.
select :leg_columns, w.n, c.transaction_id is not null
from unnest(%(ids)s::uuid[], %(partitions)s::integer[], %(offsets)s::bigint[])
     with ordinality as w(transaction_id, partition, "offset", n)
left join ledger.transactions t
       on t.transaction_id = w.transaction_id and t.leg = 1 and t.status <> 'pending'
left join ledger.conflicts c
       on c.transaction_id = w.transaction_id
      and c.partition = w.partition and c."offset" = w."offset"
where t.transaction_id is not null or c.transaction_id is not null
