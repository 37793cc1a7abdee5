-- By which count accounts are spread over partitions, whether that is being changed, and whether the
-- fence is one that nobody stands behind any more.
select (select max(partitions) from ledger.partition_progress where topic = %(topic)s),
       exists (select from ledger.log_growths where topic = %(topic)s and state <> 'done'),
       exists (
           select from ledger.log_growths
           where topic = %(topic)s and state = 'fenced' and fenced_until < now()
       )
