-- An idempotency conflict names the transaction with the key, which is of a different request. What
-- other databases have of such transactions comes as `elsewhere`.
select null,
       concat('a conflict names transaction ', 'txn_', encode(uuid_send(c.transaction_id), 'hex'),
              case when coalesce(known.fingerprint, there.fingerprint) is null
                   then ', which does not exist'
                   when coalesce(known.fingerprint, there.fingerprint) = c.fingerprint
                   then ', which asked for the same'
                   else ', later than any partition has come' end),
       count(*) over ()
from ledger.conflicts as c
left join ledger.legs as known on known.transaction_id = c.transaction_id and known.leg = 1
left join jsonb_populate_recordset(null::ledger.legs, %(elsewhere)s::jsonb) as there
    on there.transaction_id = c.transaction_id and there.leg = 1
where coalesce(known.fingerprint, there.fingerprint) is null
   or coalesce(known.fingerprint, there.fingerprint) = c.fingerprint
   or c.posted_at > (select max(clock) from ledger.partition_progress)
order by c.transaction_id
limit %(limit)s
