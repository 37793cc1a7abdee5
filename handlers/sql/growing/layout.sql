-- By which count accounts are spread over partitions, and whether that is being changed.
select (select max(partitions) from ledger.partition_progress where topic = %(topic)s),
       exists (select from ledger.log_growths where topic = %(topic)s and state <> 'done')
