-- Whether anything was ever applied here.
select exists (select from ledger.partition_progress where topic = %(topic)s and next_offset > 0)
