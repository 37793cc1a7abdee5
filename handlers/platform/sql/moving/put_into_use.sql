-- Only if nothing was ever applied: any other partition comes with its rows, by a move.
update ledger.partition_progress
set shard = null, moving_to = null
where topic = %(topic)s and partition = %(partition)s and next_offset = 0
