-- A transaction's leg and the posting that it makes become one row (docs/decisions/0054): what was
-- written twice, and looked up by two indexes more, is there once, and can't disagree any more.
-- Transactions and postings stay as views, which can be written too, for whoever knows those.

create table legs (
    transaction_id       uuid        not null,
    leg                  smallint    not null check (leg between 1 and 3),
    kind                 text        not null,
    status               text        not null check (status in ('pending', 'completed', 'rejected')),
    reason               text,
    -- Null only of a decision about a parked record that names no account.
    account_id           uuid        check (account_id is not null or kind = 'parked_resolution'),
    counterparty_id      uuid,
    user_id              uuid,
    amount               bigint      check (amount > 0 and amount <= 9007199254740991),
    currency             text,
    balance_after        bigint,
    description          text,
    metadata             jsonb,
    hold_id              uuid,
    reverses             uuid,
    reversed_amount      bigint      not null default 0,
    fingerprint          text        not null,
    request_id           text        not null default '',
    partition            integer     not null,
    "offset"             bigint      not null,
    requested_at         timestamptz not null,
    posted_at            timestamptz not null,
    completed_at         timestamptz,
    -- The posting: all of it, or nothing.
    debit_account_id     uuid,
    credit_account_id    uuid,
    debit_version        bigint,
    debit_balance_after  bigint,
    debit_hash           bytea,
    credit_version       bigint,
    credit_balance_after bigint,
    credit_hash          bytea,
    constraint transactions_reason check ((status = 'rejected') = (reason is not null)),
    constraint transactions_final check ((status = 'pending') = (completed_at is null)),
    constraint transactions_reversed check (reversed_amount between 0 and coalesce(amount, 0)),
    constraint legs_posting check (
        case when debit_account_id is null
             then leg < 3
                  and num_nonnulls(credit_account_id, debit_version, debit_balance_after, debit_hash,
                                   credit_version, credit_balance_after, credit_hash) = 0
             else debit_account_id <> credit_account_id
                  and debit_version > 0 and credit_version > 0
                  and num_nulls(amount, currency, credit_account_id, debit_version,
                                debit_balance_after, debit_hash, credit_version,
                                credit_balance_after, credit_hash) = 0
        end
    )
);
comment on table legs is
    'Leg 1 is the transaction, kept by its source; leg 2 is what a move''s destination has of it; '
    'leg 3 brings the money back after a refusal. With each the posting that it made, if any: '
    'an amount that moved from one account to another, which each side numbers and hashes.';

insert into legs
select t.*, p.debit_account_id, p.credit_account_id, p.debit_version, p.debit_balance_after,
       p.debit_hash, p.credit_version, p.credit_balance_after, p.credit_hash
from transactions t
left join postings p using (transaction_id, leg);

insert into legs
select t.transaction_id, 3, t.kind, 'completed', null, t.account_id, t.counterparty_id, t.user_id,
       p.amount, p.currency, p.credit_balance_after, null, null, null, null, 0, t.fingerprint,
       t.request_id, t.partition, t."offset", t.requested_at, p.posted_at, p.posted_at,
       p.debit_account_id, p.credit_account_id, p.debit_version, p.debit_balance_after, p.debit_hash,
       p.credit_version, p.credit_balance_after, p.credit_hash
from postings p
join transactions t on t.transaction_id = p.transaction_id and t.leg = 1
where p.leg = 3;

drop table transactions, postings;

-- The name is known to writers of before: by it they tell that another partition took an id.
alter table legs add constraint transactions_pkey primary key (transaction_id, leg);
create unique index postings_debit on legs (debit_account_id, debit_version)
    where debit_account_id is not null;
create unique index postings_credit on legs (credit_account_id, credit_version)
    where credit_account_id is not null;
-- What an account's postings don't lead to.
create index legs_unposted on legs (account_id, posted_at, transaction_id)
    where debit_account_id is null;
create index transactions_reverses on legs (reverses) where reverses is not null;

-- Everything looks rows up by a key, so the planner need not know much of what is in them, and a large
-- sample of rows this wide costs a third of a second each time that so many are new.
do $$
declare
    one name;
begin
    for one in select attname from pg_attribute where attrelid = 'legs'::regclass and attnum > 0 loop
        execute format('alter table legs alter column %I set statistics 10', one);
    end loop;
end
$$;

create view transactions as
select transaction_id, leg, kind, status, reason, account_id, counterparty_id, user_id, amount,
       currency, balance_after, description, metadata, hold_id, reverses, reversed_amount,
       fingerprint, request_id, partition, "offset", requested_at, posted_at, completed_at
from legs
where leg < 3;

create view postings as
select transaction_id, leg, debit_account_id, credit_account_id, amount, currency, debit_version,
       debit_balance_after, debit_hash, credit_version, credit_balance_after, credit_hash, posted_at
from legs
where debit_account_id is not null;

-- An account's last version at a time, found by halving: versions are in the order of time, and so
-- need no index by time of their own. Where a posting is missing (the audit's matter) it is a later one.
create function version_at(wanted_account_id uuid, wanted_at timestamptz) returns bigint
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
declare
    low bigint := 0;
    high bigint;
    middle bigint;
    middle_at timestamptz;
begin
    select version into high from ledger.accounts where account_id = wanted_account_id;
    -- Mostly the latest is asked for.
    middle := high;
    while low < high loop
        select posted_at into middle_at
        from ledger.legs
        where credit_account_id = wanted_account_id and credit_version = middle;
        if not found then
            select posted_at into middle_at
            from ledger.legs
            where debit_account_id = wanted_account_id and debit_version = middle;
        end if;
        if not found then
            return high;
        elsif middle_at <= wanted_at then
            low := middle;
        else
            high := middle - 1;
        end if;
        middle := (low + high + 1) / 2;
    end loop;
    return high;
end
$$;

-- How writers of before add the same: while a new version is rolled out, some of them still do.
create or replace function write_records(
    t_transaction_id uuid[], t_leg bigint[], t_kind text[], t_status text[], t_reason text[],
    t_account_id uuid[], t_counterparty_id uuid[], t_user_id uuid[], t_amount bigint[],
    t_currency text[], t_balance_after bigint[], t_description text[], t_metadata text[],
    t_hold_id uuid[], t_reverses uuid[], t_reversed_amount bigint[], t_fingerprint text[],
    t_request_id text[], t_partition bigint[], t_offset bigint[], t_requested_at timestamptz[],
    t_posted_at timestamptz[], t_completed_at timestamptz[],
    p_transaction_id uuid[], p_leg bigint[], p_debit_account_id uuid[],
    p_credit_account_id uuid[], p_amount bigint[], p_currency text[], p_debit_version bigint[],
    p_debit_balance_after bigint[], p_debit_hash bytea[], p_credit_version bigint[],
    p_credit_balance_after bigint[], p_credit_hash bytea[], p_posted_at timestamptz[])
returns void language plpgsql as $$
begin
    insert into ledger.legs
    select t.*, p.debit_account_id, p.credit_account_id, p.debit_version, p.debit_balance_after,
           p.debit_hash, p.credit_version, p.credit_balance_after, p.credit_hash
    from (
        select unnest(t_transaction_id) as transaction_id, unnest(t_leg) as leg,
               unnest(t_kind), unnest(t_status), unnest(t_reason), unnest(t_account_id),
               unnest(t_counterparty_id), unnest(t_user_id), unnest(t_amount),
               unnest(t_currency), unnest(t_balance_after), unnest(t_description),
               unnest(t_metadata)::jsonb, unnest(t_hold_id), unnest(t_reverses),
               unnest(t_reversed_amount), unnest(t_fingerprint), unnest(t_request_id),
               unnest(t_partition), unnest(t_offset), unnest(t_requested_at),
               unnest(t_posted_at), unnest(t_completed_at)
    ) t
    left join (
        select unnest(p_transaction_id) as transaction_id, unnest(p_leg) as leg,
               unnest(p_debit_account_id) as debit_account_id,
               unnest(p_credit_account_id) as credit_account_id,
               unnest(p_debit_version) as debit_version,
               unnest(p_debit_balance_after) as debit_balance_after,
               unnest(p_debit_hash) as debit_hash, unnest(p_credit_version) as credit_version,
               unnest(p_credit_balance_after) as credit_balance_after,
               unnest(p_credit_hash) as credit_hash
    ) p using (transaction_id, leg);

    -- In a statement of its own, because the first leg may just have been added.
    insert into ledger.legs
    select l.transaction_id, 3, l.kind, 'completed', null, l.account_id, l.counterparty_id,
           l.user_id, p.amount, p.currency, p.credit_balance_after, null, null, null, null, 0,
           l.fingerprint, l.request_id, l.partition, l."offset", l.requested_at, p.posted_at,
           p.posted_at, p.debit_account_id, p.credit_account_id, p.debit_version,
           p.debit_balance_after, p.debit_hash, p.credit_version, p.credit_balance_after,
           p.credit_hash
    from (
        select unnest(p_transaction_id) as transaction_id, unnest(p_leg) as leg,
               unnest(p_debit_account_id) as debit_account_id,
               unnest(p_credit_account_id) as credit_account_id, unnest(p_amount) as amount,
               unnest(p_currency) as currency, unnest(p_debit_version) as debit_version,
               unnest(p_debit_balance_after) as debit_balance_after,
               unnest(p_debit_hash) as debit_hash, unnest(p_credit_version) as credit_version,
               unnest(p_credit_balance_after) as credit_balance_after,
               unnest(p_credit_hash) as credit_hash, unnest(p_posted_at) as posted_at
    ) p
    join ledger.legs l on l.transaction_id = p.transaction_id and l.leg = 1
    where p.leg = 3;
end
$$;
