-- People and their sessions: what the API functions own. None of it travels the log.

create table users (
    user_id       uuid        primary key,
    -- Kept in lower case by the application, so that one address is one user.
    email         text        not null unique,
    name          text        not null,
    password_hash text        not null,
    role          text        not null default 'customer' check (role in ('customer', 'operator')),
    created_at    timestamptz not null
);

create table sessions (
    -- SHA-256 of the token: whoever reads this table can't sign in with it.
    token_hash bytea       primary key check (length(token_hash) = 32),
    user_id    uuid        not null references users on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index sessions_user on sessions (user_id);
create index sessions_expiry on sessions (expires_at);

create table operator_actions (
    action_id   bigint      primary key generated always as identity,
    user_id     uuid        not null,
    action      text        not null,
    subject     text        not null,
    reason      text,
    request_id  text        not null,
    occurred_at timestamptz not null
);
comment on table operator_actions is 'The audit trail of operators: who did what, to what, and why.';
