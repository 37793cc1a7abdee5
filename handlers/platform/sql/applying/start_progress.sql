-- A partition begins at home, and gets to another shard by being moved there. One that no account is
-- placed by yet begins where the accounts are that a growth may bring to it.
insert into ledger.partition_progress (topic, partition, incarnation, next_offset, clock, partitions)
select %(topic)s, %(partition)s, '', 0, 'epoch', %(partitions)s
where coalesce(
    (
        select equal.shard is null and equal.moving_to is null
        from ledger.partition_progress as equal
        where equal.topic = %(topic)s and equal.partition = mod(%(partition)s::integer, %(partitions)s::integer)
        for share
    ),
    not exists (select from ledger.identity)
)
on conflict do nothing
