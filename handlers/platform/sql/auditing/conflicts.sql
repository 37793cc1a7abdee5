-- An idempotency conflict names the transaction with the key, which is of a different request.
select null,
       concat('a conflict names transaction ', 'txn_', encode(uuid_send(c.transaction_id), 'hex'),
              case when known.transaction_id is null then ', which does not exist'
                   when known.fingerprint = c.fingerprint then ', which asked for the same'
                   else ', later than any partition has come' end),
       count(*) over ()
from ledger.conflicts as c
left join ledger.legs as known on known.transaction_id = c.transaction_id and known.leg = 1
where known.transaction_id is null
   or known.fingerprint = c.fingerprint
   or c.posted_at > (select max(clock) from ledger.partition_progress)
order by c.transaction_id
limit %(limit)s
