-- What the log did not take keeps nobody else waiting (docs/decisions/0094).

-- A row is one batch's messages, or else (to_topic, to_partition) those of them that one partition of
-- the log did not take.
alter table outbox
    add column to_topic text,
    add column to_partition integer,
    add constraint outbox_destination check ((to_topic is null) = (to_partition is null));
drop index outbox_partition;
create index outbox_batches on outbox (partition, outbox_id) where to_topic is null;
create index outbox_waiting on outbox (partition, to_topic, to_partition, outbox_id)
    where to_topic is not null;

create table outbox_waits (
    -- Whose messages wait, and for which partition of the log.
    partition       integer     not null,
    to_topic        text        not null,
    to_partition    integer     not null,
    -- How many messages came to wait: whoever ends the wait sees by it whether more came meanwhile.
    held            bigint      not null,
    -- How often in a row it was tried, and when it is tried next.
    attempts        integer     not null,
    next_attempt_at timestamptz not null,
    error           text        not null,
    since           timestamptz not null default now(),
    primary key (partition, to_topic, to_partition)
);
comment on table outbox_waits is
    'Partitions of the log that did not take a message: later ones queue up behind it.';

create table outbox_refused (
    refused_id   bigint      primary key generated always as identity,
    partition    integer     not null,
    -- Null where it was not even possible to read what the row has.
    to_topic     text,
    to_partition integer,
    key          bytea,
    value        bytea       not null,
    error        text        not null,
    refused_at   timestamptz not null default now()
);
comment on table outbox_refused is
    'Messages that the log refuses for good: an operator has to look at each.';

create table expiry_nudges (
    topic       text        not null,
    partition   integer     not null,
    last_offset bigint      not null,
    sent_at     timestamptz not null default now(),
    primary key (topic, partition)
);
comment on table expiry_nudges is
    'The last nudge to let holds go that a partition got: no more are sent until it is applied.';

create table parked_events (
    topic        text        not null,
    partition    integer     not null,
    "offset"     bigint      not null,
    -- In milliseconds; a topic that is made anew has other records at the same offsets.
    timestamp_ms bigint      not null,
    key          bytea,
    value        bytea,
    error        text        not null,
    parked_at    timestamptz not null default now(),
    primary key (topic, partition, "offset", timestamp_ms)
);
comment on table parked_events is
    'Records of the topic of events that can''t be read or noted, as they are, for an operator.';

-- The ledger's own accounts, a handful among all: the sweeper watches how full they are.
create index accounts_own on accounts (account_id) where kind <> 'customer';

-- As before (0010), but the outbox is looked into by the indexes that it has now.
create or replace function lock_lane(wanted_topic text, wanted_partition integer)
returns table (incarnation text, next_offset bigint, clock_us bigint, has_parked boolean,
               partitions integer, growing_to integer, has_outbox boolean)
language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    return query
    select p.incarnation, p.next_offset, (extract(epoch from p.clock) * 1000000)::bigint,
           p.has_parked, p.partitions, p.growing_to,
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
