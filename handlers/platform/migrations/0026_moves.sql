-- Moves of partitions from shard to shard (docs/decisions/0126), in the home database. The table is
-- empty in the others.

create table moves (
    move_id bigint generated always as identity primary key,
    topic text not null,
    -- The partitions that move are those that are `residue` modulo `modulus`.
    modulus integer not null constraint moves_modulus check (modulus >= 1),
    residue integer not null constraint moves_residue check (residue >= 0 and residue < modulus),
    source smallint not null constraint moves_source check (source >= 1),
    target smallint not null constraint moves_target check (target >= 1 and target <> source),
    state text not null constraint moves_state check (state in (
        'fencing', 'copying', 'switching', 'settling', 'dropping', 'done', 'undoing', 'undone')),
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint moves_finished check ((state in ('done', 'undone')) = (finished_at is not null))
);

-- One at a time.
create unique index moves_one on moves (topic) where finished_at is null;

comment on table moves is
    'Each move of partitions to another shard, and how far it has come; kept at home.';
