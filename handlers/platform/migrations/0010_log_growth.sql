-- Growing the log's partition count (docs/decisions/0070): what each lane is mapped by, and how far
-- a growth is. Both follow from the markers in the log, so a rebuilt ledger has them too.

alter table partition_progress
    -- The count by which accounts are spread over partitions; null until a writer has stated it.
    add column partitions integer check (partitions > 0),
    -- Set once the lane has come to a growth's marker: it goes no further until that is completed.
    add column growing_to integer;

-- The lane that works a parked record's queue is its account's. A growth may change it, while partition
-- and offset go on saying where the record lies; null is the partition.
alter table parked_commands add column lane integer;

create table log_growths (
    topic             text        not null,
    partitions        integer     not null,
    partitions_before integer     not null check (partitions_before between 1 and partitions - 1),
    -- fenced: no command is taken in; marking: the log says so too, there is no way back;
    -- done: accounts live where the new count says.
    state             text        not null check (state in ('fenced', 'marking', 'done')),
    -- What the markers carry: the lanes' latest time, and whether any ever parked a command.
    clock             timestamptz,
    has_parked        boolean,
    started_at        timestamptz not null default now(),
    finished_at       timestamptz,
    primary key (topic, partitions),
    constraint log_growths_marked check (
        (state = 'fenced') = (clock is null) and (clock is null) = (has_parked is null)
    ),
    constraint log_growths_finished check ((state = 'done') = (finished_at is not null))
);
create unique index log_growths_one on log_growths (topic) where state <> 'done';
comment on table log_growths is 'Each growth of the partition count; while one is not done, no command is taken in.';

-- Taken first: whoever holds this row is the partition's one writer.
create function lock_lane(wanted_topic text, wanted_partition integer)
returns table (incarnation text, next_offset bigint, clock_us bigint, has_parked boolean,
               partitions integer, growing_to integer, has_outbox boolean)
language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    return query
    select p.incarnation, p.next_offset, (extract(epoch from p.clock) * 1000000)::bigint,
           p.has_parked, p.partitions, p.growing_to,
           exists (select from ledger.outbox o where o.partition = wanted_partition)
    from ledger.partition_progress p
    where p.topic = wanted_topic and p.partition = wanted_partition
    for update of p;
end
$$;
