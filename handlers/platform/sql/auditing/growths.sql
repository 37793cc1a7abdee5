-- The log's growths, and the latest time of records before each of them.
select partitions_before, partitions, (extract(epoch from clock) * 1000000)::bigint
from ledger.log_growths
where state = 'done'
order by partitions
