-- By which count accounts are spread over partitions; whether that is being changed, which a partition at a
-- marker tells too, in a ledger that was restored from before; and whether the fence is one that nobody
-- stands behind any more.
select max(partitions),
       bool_or(growing_to is not null) is true
       or exists (select from ledger.log_growths where topic = %(topic)s and state <> 'done'),
       exists (
           select from ledger.log_growths
           where topic = %(topic)s and state = 'fenced' and fenced_until < now()
       )
from ledger.partition_progress
where topic = %(topic)s
