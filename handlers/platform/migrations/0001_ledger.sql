-- The ledger: what the partitions' writers own. Every row of these tables follows from the log.
-- Ids are the 32 hexadecimal digits of the API's prefixed ids; amounts are minor units.

-- Fails, as a violated constraint does, unless a statement changed as many rows as it was to.
create function expect(actual bigint, expected bigint) returns void
language plpgsql as $$
begin
    if actual <> expected then
        raise integrity_constraint_violation
            using message = format('a statement changed %s rows instead of %s', actual, expected);
    end if;
end
$$;

create table partition_progress (
    topic        text        not null,
    partition    integer     not null check (partition >= 0),
    -- The topic's own id: a re-created topic starts again at offset 0 under another one.
    incarnation  text        not null,
    next_offset  bigint      not null check (next_offset >= 0),
    -- The partition's time: the highest record timestamp so far. It never runs back.
    clock        timestamptz not null,
    has_parked   boolean     not null default false,
    updated_at   timestamptz not null default now(),
    primary key (topic, partition)
);
comment on table partition_progress is
    'One row a partition: the writer locks it first, so a partition has one writer at a time.';

create table accounts (
    account_id         uuid        primary key,
    kind               text        not null check (kind in ('customer', 'clearing', 'in_transit')),
    partition          integer     not null check (partition >= 0),
    user_id            uuid,
    currency           text        not null check (currency ~ '^[A-Z]{3}$'),
    name               text,
    balance            bigint      not null default 0,
    held               bigint      not null default 0 check (held >= 0),
    overdraft_limit    bigint      not null default 0
                                   check (overdraft_limit between 0 and 9007199254740991),
    daily_amount       bigint      check (daily_amount >= 0),
    daily_count        bigint      check (daily_count >= 0),
    frozen_by_owner    smallint    not null default 0 check (frozen_by_owner between 0 and 3),
    frozen_by_operator smallint    not null default 0 check (frozen_by_operator between 0 and 3),
    is_closed          boolean     not null default false,
    version            bigint      not null default 0 check (version >= 0),
    hash               bytea       not null check (length(hash) = 32),
    day                integer     not null default 0,
    day_amount         bigint      not null default 0 check (day_amount >= 0),
    day_count          bigint      not null default 0 check (day_count >= 0),
    pending_out        bigint      not null default 0 check (pending_out >= 0),
    opened_at          timestamptz not null,
    constraint accounts_owner check ((kind = 'customer') = (user_id is not null)),
    -- Written as a sum so that it can't overflow: held and the limit are bounded far below 2^62.
    constraint accounts_funds check (
        kind <> 'customer' or balance + overdraft_limit >= held
    ),
    -- A customer's balance passes 2^53 only by a refused transfer's money coming back.
    constraint accounts_range check (
        balance between -4611686018427387904 and 4611686018427387904
        and (kind <> 'customer' or balance >= -9007199254740991)
    ),
    constraint accounts_closed check (not is_closed or (balance = 0 and held = 0))
) with (fillfactor = 70);
create index accounts_user on accounts (user_id, opened_at, account_id) where user_id is not null;
comment on table accounts is 'Customers'' accounts and each partition''s clearing and in-transit ones.';

create table transactions (
    transaction_id  uuid        not null,
    leg             smallint    not null check (leg in (1, 2)),
    kind            text        not null,
    status          text        not null check (status in ('pending', 'completed', 'rejected')),
    reason          text,
    -- Null only of a decision about a parked record that names no account.
    account_id      uuid        check (account_id is not null or kind = 'parked_resolution'),
    counterparty_id uuid,
    user_id         uuid,
    amount          bigint      check (amount > 0 and amount <= 9007199254740991),
    currency        text,
    balance_after   bigint,
    description     text,
    metadata        jsonb,
    hold_id         uuid,
    reverses        uuid,
    reversed_amount bigint      not null default 0,
    fingerprint     text        not null,
    request_id      text        not null default '',
    partition       integer     not null,
    "offset"        bigint      not null,
    requested_at    timestamptz not null,
    posted_at       timestamptz not null,
    completed_at    timestamptz,
    primary key (transaction_id, leg),
    constraint transactions_reason check ((status = 'rejected') = (reason is not null)),
    constraint transactions_final check ((status = 'pending') = (completed_at is null)),
    constraint transactions_reversed check (reversed_amount between 0 and coalesce(amount, 0))
);
create index transactions_account on transactions (account_id, posted_at, transaction_id);
create index transactions_reverses on transactions (reverses) where reverses is not null;
comment on table transactions is
    'Leg 1 is the transaction, kept by its source; leg 2 is what a move''s destination has of it.';

create table postings (
    transaction_id       uuid        not null,
    leg                  smallint    not null check (leg between 1 and 3),
    debit_account_id     uuid        not null,
    credit_account_id    uuid        not null,
    amount               bigint      not null check (amount > 0),
    currency             text        not null,
    debit_version        bigint      not null check (debit_version > 0),
    debit_balance_after  bigint      not null,
    debit_hash           bytea       not null,
    credit_version       bigint      not null check (credit_version > 0),
    credit_balance_after bigint      not null,
    credit_hash          bytea       not null,
    posted_at            timestamptz not null,
    primary key (transaction_id, leg),
    constraint postings_two_accounts check (debit_account_id <> credit_account_id)
);
create unique index postings_debit on postings (debit_account_id, debit_version);
create unique index postings_credit on postings (credit_account_id, credit_version);
comment on table postings is
    'Double entry: an amount that moved from one account to another; each side numbers and hashes it.';

create table holds (
    hold_id         uuid        primary key,
    account_id      uuid        not null,
    amount          bigint      not null check (amount > 0),
    currency        text        not null,
    destination_id  uuid,
    status          text        not null check (status in ('open', 'captured', 'voided', 'expired')),
    captured_amount bigint      not null default 0 check (captured_amount between 0 and amount),
    opened_at       timestamptz not null,
    expires_at      timestamptz,
    closed_at       timestamptz,
    constraint holds_closed check ((status = 'open') = (closed_at is null))
);
create index holds_account on holds (account_id, opened_at);
create index holds_expiry on holds (expires_at) where status = 'open' and expires_at is not null;

create table conflicts (
    transaction_id uuid        not null,
    partition      integer     not null,
    "offset"       bigint      not null,
    fingerprint    text        not null,
    user_id        uuid,
    requested_at   timestamptz not null,
    posted_at      timestamptz not null,
    primary key (transaction_id, partition, "offset", fingerprint)
);
comment on table conflicts is 'Requests that used the idempotency key of another request.';

create table parked_commands (
    parked_id    uuid        primary key,
    account_id   uuid,
    partition    integer     not null,
    "offset"     bigint      not null,
    timestamp_ms bigint      not null,
    key          bytea,
    value        bytea,
    error        text        not null,
    is_behind    boolean     not null,
    status       text        not null check (status in ('parked', 'replayed', 'discarded')),
    parked_at    timestamptz not null,
    resolved_by  uuid,
    note         text,
    resolved_at  timestamptz,
    constraint parked_resolved check ((status = 'parked') = (resolved_at is null))
);
-- A queue's order: what was parked first comes first; of one batch, by offset.
create index parked_queue on parked_commands (account_id, parked_at, "offset") where status = 'parked';
create index parked_partition on parked_commands (partition, "offset");

create table outbox (
    outbox_id  bigint      primary key generated always as identity,
    partition  integer     not null,
    -- A JSON array of {topic, key, value}: one row a batch, in the order to be published.
    messages   text        compression lz4 not null,
    created_at timestamptz not null default now()
);
create index outbox_partition on outbox (partition, outbox_id);
comment on table outbox is 'What a committed batch has still to publish; a row is deleted once it is.';
