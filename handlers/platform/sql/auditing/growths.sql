-- How the log's partition count grew, and the time up to which records lie before each growth.
select partitions_before, partitions, (extract(epoch from clock) * 1000000)::bigint
from ledger.log_growths
where state = 'done'
order by partitions
