select next_offset from ledger.partition_progress where topic = %s and partition = %s
