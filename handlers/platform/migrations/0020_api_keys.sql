-- Keys of the API: what programs ask with, each for some scopes only (docs/decisions/0087).

create table api_keys (
    key_id     uuid        primary key,
    -- SHA-256 of the key: whoever reads this table can't ask with it.
    key_hash   bytea       not null unique check (length(key_hash) = 32),
    user_id    uuid        not null references users on delete cascade,
    name       text        not null,
    scopes     text[]      not null check (cardinality(scopes) > 0),
    created_at timestamptz not null,
    -- Null where it ends only by being deleted.
    expires_at timestamptz
);
create index api_keys_user on api_keys (user_id, created_at, key_id);

-- By which key an operator acted; null where it was by a session, as in every row before this one.
alter table operator_actions add column key_id uuid;
