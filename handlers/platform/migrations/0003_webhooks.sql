-- Webhooks and what is to be delivered to them. None of it travels the log of commands.

create table webhooks (
    webhook_id  uuid        primary key,
    user_id     uuid        not null references users on delete cascade,
    url         text        not null,
    -- Patterns: 'deposit.completed', 'deposit.*' or '*'.
    events      text[]      not null check (cardinality(events) > 0),
    -- What deliveries are signed with, so it can't be kept as a digest.
    secret      text        not null,
    created_at  timestamptz not null,
    -- After a failure nothing is sent to it until then, so that one that is down costs little.
    failures    integer     not null default 0 check (failures >= 0),
    rests_until timestamptz not null default '-infinity'
);
create index webhooks_user on webhooks (user_id, created_at, webhook_id);

create table webhook_deliveries (
    delivery_id     uuid        primary key,
    webhook_id      uuid        not null references webhooks on delete cascade,
    account_id      uuid        not null,
    -- The order within (webhook, account): only the first that is pending may be sent.
    sequence        bigint      not null generated always as identity,
    event_id        text        not null,
    event_type      text        not null,
    payload         text        compression lz4 not null,
    status          text        not null default 'pending'
                                check (status in ('pending', 'delivered', 'failed')),
    attempts        integer     not null default 0 check (attempts >= 0),
    next_attempt_at timestamptz not null default now(),
    last_status     integer,
    last_error      text,
    created_at      timestamptz not null default now(),
    finished_at     timestamptz,
    constraint webhook_deliveries_finished check ((status = 'pending') = (finished_at is null))
);
create unique index webhook_deliveries_event on webhook_deliveries (webhook_id, event_id);
create index webhook_deliveries_queue on webhook_deliveries (webhook_id, account_id, sequence)
    where status = 'pending';
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where status = 'pending';
create index webhook_deliveries_list on webhook_deliveries (webhook_id, sequence);
create index webhook_deliveries_old on webhook_deliveries (finished_at) where status <> 'pending';
comment on table webhook_deliveries is 'Each event that a webhook wants, until it is delivered or given up.';
