-- Every partition count that the accounts of this log ever had.
select partitions from ledger.partition_progress where topic = %(topic)s and partitions is not null
union
select unnest(array[partitions_before, partitions])
from ledger.log_growths
where topic = %(topic)s and state <> 'fenced'
