-- The partitions that have rows here although they are not here, and how many.
select concat('has ', sum(rows), ' rows of partition ', partition, ', which is not there')
from (
    select partition, count(*) as rows from ledger.accounts group by 1
    union all
    select partition, count(*) from ledger.legs group by 1
    union all
    select partition, count(*) from ledger.conflicts group by 1
    union all
    select partition, count(*) from ledger.parked_commands group by 1
    union all
    select coalesce(a.partition, -1), count(*)
    from ledger.holds as h left join ledger.accounts as a using (account_id)
    group by 1
) as counted
where partition not in (select partition from ledger.partition_progress where shard is null)
group by partition
order by partition
