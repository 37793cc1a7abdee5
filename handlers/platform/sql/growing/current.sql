-- The growth that is in progress, or else the last one.
select partitions_before, partitions, state,
       (extract(epoch from clock) * 1000000)::bigint, has_parked
from ledger.log_growths
where topic = %(topic)s
order by partitions desc
limit 1
