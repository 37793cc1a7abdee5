-- Partitions may live in databases of their own (docs/decisions/0125). The home database has every
-- partition's row and says where the partition lives; a shard that had a partition before keeps a row
-- that says the same, so that a writer with an old map finds out under the partition's lock.

alter table partition_progress
    -- The shard that has the partition; null where it is this database.
    add column shard smallint constraint partition_progress_shard check (shard >= 1),
    -- The shard that it is being moved to. Nobody applies anything to it meanwhile.
    add column moving_to smallint constraint partition_progress_moving_to check (moving_to >= 1);

comment on column partition_progress.shard is
    'The shard that has the partition, or null if it is this database.';
comment on column partition_progress.moving_to is
    'The shard that the partition is being moved to; nothing is applied meanwhile.';

-- Which shard this database is. The home database, number 1, has no row.
create table identity (
    is_only boolean primary key default true constraint identity_only check (is_only),
    shard smallint not null constraint identity_shard check (shard >= 2)
);

comment on table identity is 'Which shard this database is; empty in the home database.';

-- Who may use an idempotency key's transaction id, in the home database. Within one database, the
-- primary key of the legs decides that; databases need a place to agree.
create table claims (
    transaction_id uuid primary key,
    account_id uuid not null,
    partition integer not null,
    "offset" bigint not null,
    fingerprint text not null
);

comment on table claims is
    'The account whose command may use a transaction id that a client''s key gives.';

-- Claims ids for accounts, and returns the ones that belong to another account, with their owners.
create function claim(
    c_transaction_id uuid[], c_account_id uuid[], c_partition integer[], c_offset bigint[],
    c_fingerprint text[])
returns table (
    transaction_id uuid, account_id uuid, partition integer, "offset" bigint, fingerprint text)
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    insert into ledger.claims (transaction_id, account_id, partition, "offset", fingerprint)
    select w.*
    from unnest(c_transaction_id, c_account_id, c_partition, c_offset, c_fingerprint)
        as w (transaction_id, account_id, partition, "offset", fingerprint)
    -- What was applied before there were claims owns its id.
    where not exists (
        select from ledger.legs l where l.transaction_id = w.transaction_id and l.leg = 1)
    -- Everybody inserts in this order, so that two callers can't deadlock.
    order by w.transaction_id
    on conflict do nothing;

    return query
    select w.transaction_id, owner.account_id, owner.partition, owner."offset", owner.fingerprint
    from unnest(c_transaction_id, c_account_id) as w (transaction_id, account_id)
    cross join lateral (
        select c.account_id, c.partition, c."offset", c.fingerprint
        from ledger.claims c
        where c.transaction_id = w.transaction_id
        union all
        select l.account_id, l.partition, l."offset", l.fingerprint
        from ledger.legs l
        where l.transaction_id = w.transaction_id and l.leg = 1
        limit 1
    ) owner
    where owner.account_id is distinct from w.account_id;
end
$$;

-- Like lock_lane, and says whether the partition is here.
create function lock_partition(wanted_topic text, wanted_partition integer)
returns table (
    incarnation text, next_offset bigint, clock_us bigint, has_parked boolean, partitions integer,
    growing_to integer, shard smallint, moving_to smallint, has_outbox boolean)
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    return query
    select p.incarnation, p.next_offset, (extract(epoch from p.clock) * 1000000)::bigint,
           p.has_parked, p.partitions, p.growing_to, p.shard, p.moving_to,
           exists (
               select from ledger.outbox o
               where o.partition = wanted_partition and o.to_topic is null
           ) or exists (
               select from ledger.outbox_waits w where w.partition = wanted_partition
           )
    from ledger.partition_progress p
    where p.topic = wanted_topic and p.partition = wanted_partition
    for update of p;
end
$$;
