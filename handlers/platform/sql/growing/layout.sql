-- The accounts' partition count, whether it is being changed (which a partition at a marker also
-- shows, in a ledger restored from before the growth), and whether the fence is abandoned.
select max(partitions),
       bool_or(growing_to is not null) is true
       or exists (select from ledger.log_growths where topic = %(topic)s and state <> 'done'),
       exists (
           select from ledger.log_growths
           where topic = %(topic)s and state = 'fenced' and fenced_until < now()
       )
from ledger.partition_progress
where topic = %(topic)s
