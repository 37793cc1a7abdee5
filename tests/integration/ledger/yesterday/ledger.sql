SET statement_timeout = 0;
SET lock_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA ledger;
CREATE FUNCTION ledger.delete_outbox(published bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
    perform set_config('synchronous_commit', 'off', true);
    delete from ledger.outbox where outbox_id = any (published);
end
$$;
CREATE FUNCTION ledger.expect(actual bigint, expected bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if actual <> expected then
        raise integrity_constraint_violation
            using message = format('a statement changed %s rows instead of %s', actual, expected);
    end if;
end
$$;
CREATE FUNCTION ledger.load_accounts(wanted uuid[]) RETURNS TABLE(account_id bytea, kind text, currency text, opened_at bytea, user_id bytea, name text, balance bigint, held bigint, overdraft_limit bigint, daily_amount bigint, daily_count bigint, frozen_by_owner smallint, frozen_by_operator smallint, is_closed boolean, version bigint, hash bytea, day integer, day_amount bigint, day_count bigint, pending_out bigint)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
    return query
    select uuid_send(a.account_id), a.kind, a.currency, timestamptz_send(a.opened_at),
           uuid_send(a.user_id), a.name, a.balance, a.held, a.overdraft_limit, a.daily_amount,
           a.daily_count, a.frozen_by_owner, a.frozen_by_operator, a.is_closed, a.version, a.hash,
           a.day, a.day_amount, a.day_count, a.pending_out
    from ledger.accounts a
    where a.account_id = any (wanted);
end
$$;
CREATE FUNCTION ledger.load_transactions(wanted uuid[]) RETURNS TABLE(transaction_id bytea, leg smallint, kind text, status text, account_id bytea, user_id bytea, fingerprint text, partition integer, "offset" bigint, requested_at bytea, posted_at bytea, reason text, counterparty_id bytea, amount bigint, currency text, balance_after bigint, description text, metadata text, hold_id bytea, reverses bytea, reversed_amount bigint, completed_at bytea, request_id text)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
    return query
    select uuid_send(t.transaction_id), t.leg, t.kind, t.status, uuid_send(t.account_id),
           uuid_send(t.user_id), t.fingerprint, t.partition, t."offset",
           timestamptz_send(t.requested_at), timestamptz_send(t.posted_at), t.reason,
           uuid_send(t.counterparty_id), t.amount, t.currency, t.balance_after, t.description,
           t.metadata::text, uuid_send(t.hold_id), uuid_send(t.reverses), t.reversed_amount,
           timestamptz_send(t.completed_at), t.request_id
    from ledger.transactions t
    where t.transaction_id = any (wanted);
end
$$;
CREATE FUNCTION ledger.lock_lane(wanted_topic text, wanted_partition integer) RETURNS TABLE(incarnation text, next_offset bigint, clock_us bigint, has_parked boolean, partitions integer, growing_to integer, has_outbox boolean)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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
CREATE FUNCTION ledger.version_at(wanted_account_id uuid, wanted_at timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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
CREATE FUNCTION ledger.write_lane(own_topic text, own_partition integer, new_incarnation text, new_offset bigint, new_clock_us bigint, new_has_parked boolean, own_messages text, a_account_id uuid[], a_balance bigint[], a_held bigint[], a_version bigint[], a_hash bytea[], a_day bigint[], a_day_amount bigint[], a_day_count bigint[], a_pending_out bigint[], l_transaction_id uuid[], l_leg bigint[], l_kind text[], l_status text[], l_reason text[], l_account_id uuid[], l_counterparty_id uuid[], l_user_id uuid[], l_amount bigint[], l_currency text[], l_balance_after bigint[], l_description text[], l_metadata text[], l_hold_id uuid[], l_reverses uuid[], l_reversed_amount bigint[], l_fingerprint text[], l_request_id text[], l_partition bigint[], l_offset bigint[], l_requested_at timestamp with time zone[], l_posted_at timestamp with time zone[], l_completed_at timestamp with time zone[], l_debit_account_id uuid[], l_credit_account_id uuid[], l_debit_version bigint[], l_debit_balance_after bigint[], l_debit_hash bytea[], l_credit_version bigint[], l_credit_balance_after bigint[], l_credit_hash bytea[]) RETURNS bigint
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
    changed bigint;
    made bigint;
begin
    insert into ledger.legs (
        transaction_id, leg, kind, status, reason, account_id, counterparty_id, user_id, amount,
        currency, balance_after, description, metadata, hold_id, reverses, reversed_amount,
        fingerprint, request_id, partition, "offset", requested_at, posted_at, completed_at,
        debit_account_id, credit_account_id, debit_version, debit_balance_after, debit_hash,
        credit_version, credit_balance_after, credit_hash
    )
    -- Where every leg has what is usual, the array is empty.
    select transaction_id, coalesce(leg, 1), kind, status, reason, account_id, counterparty_id,
           user_id, amount, currency, balance_after, description, metadata::jsonb, hold_id,
           reverses, coalesce(reversed_amount, 0), fingerprint, request_id,
           coalesce(partition, own_partition), "offset", requested_at, posted_at,
           case when status <> 'pending' then coalesce(completed_at, posted_at) end,
           debit_account_id, credit_account_id, debit_version, debit_balance_after, debit_hash,
           credit_version, credit_balance_after, credit_hash
    from (
        select unnest(l_transaction_id) as transaction_id,
               unnest(l_leg) as leg,
               unnest(l_kind) as kind,
               unnest(l_status) as status,
               unnest(l_reason) as reason,
               unnest(l_account_id) as account_id,
               unnest(l_counterparty_id) as counterparty_id,
               unnest(l_user_id) as user_id,
               unnest(l_amount) as amount,
               unnest(l_currency) as currency,
               unnest(l_balance_after) as balance_after,
               unnest(l_description) as description,
               unnest(l_metadata) as metadata,
               unnest(l_hold_id) as hold_id,
               unnest(l_reverses) as reverses,
               unnest(l_reversed_amount) as reversed_amount,
               unnest(l_fingerprint) as fingerprint,
               unnest(l_request_id) as request_id,
               unnest(l_partition) as partition,
               unnest(l_offset) as "offset",
               unnest(l_requested_at) as requested_at,
               unnest(l_posted_at) as posted_at,
               unnest(l_completed_at) as completed_at,
               unnest(l_debit_account_id) as debit_account_id,
               unnest(l_credit_account_id) as credit_account_id,
               unnest(l_debit_version) as debit_version,
               unnest(l_debit_balance_after) as debit_balance_after,
               unnest(l_debit_hash) as debit_hash,
               unnest(l_credit_version) as credit_version,
               unnest(l_credit_balance_after) as credit_balance_after,
               unnest(l_credit_hash) as credit_hash
    ) l;
    update ledger.accounts a
    set balance = c.balance,
        held = coalesce(c.held, 0),
        version = c.version,
        hash = c.hash,
        day = coalesce(c.day, 0),
        day_amount = coalesce(c.day_amount, 0),
        day_count = coalesce(c.day_count, 0),
        pending_out = coalesce(c.pending_out, 0)
    from (
        select unnest(a_account_id) as account_id,
               unnest(a_balance) as balance,
               unnest(a_held) as held,
               unnest(a_version) as version,
               unnest(a_hash) as hash,
               unnest(a_day) as day,
               unnest(a_day_amount) as day_amount,
               unnest(a_day_count) as day_count,
               unnest(a_pending_out) as pending_out
    ) c
    where a.account_id = c.account_id and a.partition = own_partition and a.version <= c.version;
    get diagnostics changed = row_count;
    perform ledger.expect(changed, cardinality(a_account_id));
    if own_messages is not null then
        insert into ledger.outbox (partition, messages)
        values (own_partition, own_messages)
        returning outbox_id into made;
    end if;
    update ledger.partition_progress p
    set incarnation = new_incarnation,
        next_offset = new_offset,
        clock = timestamptz 'epoch' + new_clock_us * interval '1 microsecond',
        has_parked = new_has_parked,
        updated_at = now()
    where p.topic = own_topic and p.partition = own_partition;
    return made;
end
$$;
CREATE FUNCTION ledger.write_records(t_transaction_id uuid[], t_leg bigint[], t_kind text[], t_status text[], t_reason text[], t_account_id uuid[], t_counterparty_id uuid[], t_user_id uuid[], t_amount bigint[], t_currency text[], t_balance_after bigint[], t_description text[], t_metadata text[], t_hold_id uuid[], t_reverses uuid[], t_reversed_amount bigint[], t_fingerprint text[], t_request_id text[], t_partition bigint[], t_offset bigint[], t_requested_at timestamp with time zone[], t_posted_at timestamp with time zone[], t_completed_at timestamp with time zone[], p_transaction_id uuid[], p_leg bigint[], p_debit_account_id uuid[], p_credit_account_id uuid[], p_amount bigint[], p_currency text[], p_debit_version bigint[], p_debit_balance_after bigint[], p_debit_hash bytea[], p_credit_version bigint[], p_credit_balance_after bigint[], p_credit_hash bytea[], p_posted_at timestamp with time zone[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION ledger.write_state(own_topic text, own_partition integer, new_incarnation text, new_offset bigint, new_clock_us bigint, new_has_parked boolean, own_messages text, a_account_id uuid[], a_balance bigint[], a_held bigint[], a_overdraft_limit bigint[], a_daily_amount bigint[], a_daily_count bigint[], a_frozen_by_owner bigint[], a_frozen_by_operator bigint[], a_is_closed boolean[], a_version bigint[], a_hash bytea[], a_day bigint[], a_day_amount bigint[], a_day_count bigint[], a_pending_out bigint[]) RETURNS bigint
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
    changed bigint;
    made bigint;
begin
    update ledger.accounts a
    set balance = c.balance,
        held = c.held,
        overdraft_limit = c.overdraft_limit,
        daily_amount = c.daily_amount,
        daily_count = c.daily_count,
        frozen_by_owner = c.frozen_by_owner,
        frozen_by_operator = c.frozen_by_operator,
        is_closed = c.is_closed,
        version = c.version,
        hash = c.hash,
        day = c.day,
        day_amount = c.day_amount,
        day_count = c.day_count,
        pending_out = c.pending_out
    from (
        select unnest(a_account_id) as account_id,
               unnest(a_balance) as balance,
               unnest(a_held) as held,
               unnest(a_overdraft_limit) as overdraft_limit,
               unnest(a_daily_amount) as daily_amount,
               unnest(a_daily_count) as daily_count,
               unnest(a_frozen_by_owner) as frozen_by_owner,
               unnest(a_frozen_by_operator) as frozen_by_operator,
               unnest(a_is_closed) as is_closed,
               unnest(a_version) as version,
               unnest(a_hash) as hash,
               unnest(a_day) as day,
               unnest(a_day_amount) as day_amount,
               unnest(a_day_count) as day_count,
               unnest(a_pending_out) as pending_out
    ) c
    where a.account_id = c.account_id and a.partition = own_partition and a.version <= c.version;
    get diagnostics changed = row_count;
    perform ledger.expect(changed, cardinality(a_account_id));
    if own_messages is not null then
        insert into ledger.outbox (partition, messages)
        values (own_partition, own_messages)
        returning outbox_id into made;
    end if;
    update ledger.partition_progress p
    set incarnation = new_incarnation,
        next_offset = new_offset,
        clock = timestamptz 'epoch' + new_clock_us * interval '1 microsecond',
        has_parked = new_has_parked,
        updated_at = now()
    where p.topic = own_topic and p.partition = own_partition;
    return made;
end
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE ledger.accounts (
    account_id uuid NOT NULL,
    kind text NOT NULL,
    partition integer NOT NULL,
    user_id uuid,
    currency text NOT NULL,
    name text,
    balance bigint DEFAULT 0 NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    overdraft_limit bigint DEFAULT 0 NOT NULL,
    daily_amount bigint,
    daily_count bigint,
    frozen_by_owner smallint DEFAULT 0 NOT NULL,
    frozen_by_operator smallint DEFAULT 0 NOT NULL,
    is_closed boolean DEFAULT false NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    hash bytea NOT NULL,
    day integer DEFAULT 0 NOT NULL,
    day_amount bigint DEFAULT 0 NOT NULL,
    day_count bigint DEFAULT 0 NOT NULL,
    pending_out bigint DEFAULT 0 NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT accounts_closed CHECK (((NOT is_closed) OR ((balance = 0) AND (held = 0)))),
    CONSTRAINT accounts_currency_check CHECK (((length(currency) = 3) AND (translate(currency, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'::text, ''::text) = ''::text))),
    CONSTRAINT accounts_daily_amount_check CHECK ((daily_amount >= 0)),
    CONSTRAINT accounts_daily_count_check CHECK ((daily_count >= 0)),
    CONSTRAINT accounts_day_amount_check CHECK ((day_amount >= 0)),
    CONSTRAINT accounts_day_count_check CHECK ((day_count >= 0)),
    CONSTRAINT accounts_frozen_by_operator_check CHECK (((frozen_by_operator >= 0) AND (frozen_by_operator <= 3))),
    CONSTRAINT accounts_frozen_by_owner_check CHECK (((frozen_by_owner >= 0) AND (frozen_by_owner <= 3))),
    CONSTRAINT accounts_funds CHECK (((kind <> 'customer'::text) OR ((balance + overdraft_limit) >= held))),
    CONSTRAINT accounts_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT accounts_held_check CHECK ((held >= 0)),
    CONSTRAINT accounts_kind_check CHECK ((kind = ANY (ARRAY['customer'::text, 'clearing'::text, 'in_transit'::text]))),
    CONSTRAINT accounts_overdraft_limit_check CHECK (((overdraft_limit >= 0) AND (overdraft_limit <= '9007199254740991'::bigint))),
    CONSTRAINT accounts_owner CHECK (((kind = 'customer'::text) = (user_id IS NOT NULL))),
    CONSTRAINT accounts_partition_check CHECK ((partition >= 0)),
    CONSTRAINT accounts_pending_out_check CHECK ((pending_out >= 0)),
    CONSTRAINT accounts_range CHECK ((((balance >= '-4611686018427387904'::bigint) AND (balance <= '4611686018427387904'::bigint)) AND ((kind <> 'customer'::text) OR (balance >= '-9007199254740991'::bigint)))),
    CONSTRAINT accounts_version_check CHECK ((version >= 0))
)
WITH (fillfactor='70');
COMMENT ON TABLE ledger.accounts IS 'Customers'' accounts and each partition''s clearing and in-transit ones.';
CREATE TABLE ledger.conflicts (
    transaction_id uuid NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    fingerprint text NOT NULL,
    user_id uuid,
    requested_at timestamp with time zone NOT NULL,
    posted_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE ledger.conflicts IS 'Requests that used the idempotency key of another request.';
CREATE TABLE ledger.holds (
    hold_id uuid NOT NULL,
    account_id uuid NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    destination_id uuid,
    status text NOT NULL,
    captured_amount bigint DEFAULT 0 NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    closed_at timestamp with time zone,
    CONSTRAINT holds_amount_check CHECK ((amount > 0)),
    CONSTRAINT holds_check CHECK (((captured_amount >= 0) AND (captured_amount <= amount))),
    CONSTRAINT holds_closed CHECK (((status = 'open'::text) = (closed_at IS NULL))),
    CONSTRAINT holds_status_check CHECK ((status = ANY (ARRAY['open'::text, 'captured'::text, 'voided'::text, 'expired'::text])))
);
CREATE TABLE ledger.legs (
    transaction_id uuid NOT NULL,
    leg smallint NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    reason text,
    account_id uuid,
    counterparty_id uuid,
    user_id uuid,
    amount bigint,
    currency text,
    balance_after bigint,
    description text,
    metadata jsonb,
    hold_id uuid,
    reverses uuid,
    reversed_amount bigint DEFAULT 0 NOT NULL,
    fingerprint text NOT NULL,
    request_id text DEFAULT ''::text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    debit_account_id uuid,
    credit_account_id uuid,
    debit_version bigint,
    debit_balance_after bigint,
    debit_hash bytea,
    credit_version bigint,
    credit_balance_after bigint,
    credit_hash bytea,
    CONSTRAINT legs_amount_check CHECK (((amount > 0) AND (amount <= '9007199254740991'::bigint))),
    CONSTRAINT legs_check CHECK (((account_id IS NOT NULL) OR (kind = 'parked_resolution'::text))),
    CONSTRAINT legs_leg_check CHECK (((leg >= 1) AND (leg <= 3))),
    CONSTRAINT legs_posting CHECK (
CASE
    WHEN (debit_account_id IS NULL) THEN ((leg < 3) AND (num_nonnulls(credit_account_id, debit_version, debit_balance_after, debit_hash, credit_version, credit_balance_after, credit_hash) = 0))
    ELSE ((debit_account_id <> credit_account_id) AND (debit_version > 0) AND (credit_version > 0) AND (num_nulls(amount, currency, credit_account_id, debit_version, debit_balance_after, debit_hash, credit_version, credit_balance_after, credit_hash) = 0))
END),
    CONSTRAINT legs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'completed'::text, 'rejected'::text]))),
    CONSTRAINT transactions_final CHECK (((status = 'pending'::text) = (completed_at IS NULL))),
    CONSTRAINT transactions_reason CHECK (((status = 'rejected'::text) = (reason IS NOT NULL))),
    CONSTRAINT transactions_reversed CHECK (((reversed_amount >= 0) AND (reversed_amount <= COALESCE(amount, (0)::bigint))))
);
ALTER TABLE ONLY ledger.legs ALTER COLUMN transaction_id SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN leg SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN kind SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN status SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN reason SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN account_id SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN counterparty_id SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN user_id SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN amount SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN currency SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN balance_after SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN description SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN metadata SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN hold_id SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN reverses SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN reversed_amount SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN fingerprint SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN request_id SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN partition SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN "offset" SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN requested_at SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN posted_at SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN completed_at SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN debit_account_id SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN credit_account_id SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN debit_version SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN debit_balance_after SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN debit_hash SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN credit_version SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN credit_balance_after SET STATISTICS 10;
ALTER TABLE ONLY ledger.legs ALTER COLUMN credit_hash SET STATISTICS 10;
COMMENT ON TABLE ledger.legs IS 'Leg 1 is the transaction, kept by its source; leg 2 is what a move''s destination has of it; leg 3 brings the money back after a refusal. With each the posting that it made, if any: an amount that moved from one account to another, which each side numbers and hashes.';
CREATE TABLE ledger.log_growths (
    topic text NOT NULL,
    partitions integer NOT NULL,
    partitions_before integer NOT NULL,
    state text NOT NULL,
    clock timestamp with time zone,
    has_parked boolean,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT log_growths_check CHECK (((partitions_before >= 1) AND (partitions_before <= (partitions - 1)))),
    CONSTRAINT log_growths_finished CHECK (((state = 'done'::text) = (finished_at IS NOT NULL))),
    CONSTRAINT log_growths_marked CHECK ((((state = 'fenced'::text) = (clock IS NULL)) AND ((clock IS NULL) = (has_parked IS NULL)))),
    CONSTRAINT log_growths_state_check CHECK ((state = ANY (ARRAY['fenced'::text, 'marking'::text, 'done'::text])))
);
COMMENT ON TABLE ledger.log_growths IS 'Each growth of the partition count; while one is not done, no command is taken in.';
CREATE TABLE ledger.operator_actions (
    action_id bigint NOT NULL,
    user_id uuid NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    reason text,
    request_id text NOT NULL,
    occurred_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE ledger.operator_actions IS 'The audit trail of operators: who did what, to what, and why.';
ALTER TABLE ledger.operator_actions ALTER COLUMN action_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.operator_actions_action_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ledger.outbox (
    outbox_id bigint NOT NULL,
    partition integer NOT NULL,
    messages text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY ledger.outbox ALTER COLUMN messages SET COMPRESSION lz4;
COMMENT ON TABLE ledger.outbox IS 'What a committed batch has still to publish; a row is deleted once it is.';
ALTER TABLE ledger.outbox ALTER COLUMN outbox_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.outbox_outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ledger.parked_commands (
    parked_id uuid NOT NULL,
    account_id uuid,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    timestamp_ms bigint NOT NULL,
    key bytea,
    value bytea,
    error text NOT NULL,
    is_behind boolean NOT NULL,
    status text NOT NULL,
    parked_at timestamp with time zone NOT NULL,
    resolved_by uuid,
    note text,
    resolved_at timestamp with time zone,
    lane integer,
    CONSTRAINT parked_commands_status_check CHECK ((status = ANY (ARRAY['parked'::text, 'replayed'::text, 'discarded'::text]))),
    CONSTRAINT parked_resolved CHECK (((status = 'parked'::text) = (resolved_at IS NULL)))
);
CREATE TABLE ledger.partition_progress (
    topic text NOT NULL,
    partition integer NOT NULL,
    incarnation text NOT NULL,
    next_offset bigint NOT NULL,
    clock timestamp with time zone NOT NULL,
    has_parked boolean DEFAULT false NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    partitions integer,
    growing_to integer,
    CONSTRAINT partition_progress_next_offset_check CHECK ((next_offset >= 0)),
    CONSTRAINT partition_progress_partition_check CHECK ((partition >= 0)),
    CONSTRAINT partition_progress_partitions_check CHECK ((partitions > 0))
);
COMMENT ON TABLE ledger.partition_progress IS 'One row a partition: the writer locks it first, so a partition has one writer at a time.';
CREATE VIEW ledger.postings AS
 SELECT legs.transaction_id,
    legs.leg,
    legs.debit_account_id,
    legs.credit_account_id,
    legs.amount,
    legs.currency,
    legs.debit_version,
    legs.debit_balance_after,
    legs.debit_hash,
    legs.credit_version,
    legs.credit_balance_after,
    legs.credit_hash,
    legs.posted_at
   FROM ledger.legs
  WHERE (legs.debit_account_id IS NOT NULL);
CREATE TABLE ledger.schema_migrations (
    number integer NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE ledger.sessions (
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT sessions_token_hash_check CHECK ((length(token_hash) = 32))
);
CREATE VIEW ledger.transactions AS
 SELECT legs.transaction_id,
    legs.leg,
    legs.kind,
    legs.status,
    legs.reason,
    legs.account_id,
    legs.counterparty_id,
    legs.user_id,
    legs.amount,
    legs.currency,
    legs.balance_after,
    legs.description,
    legs.metadata,
    legs.hold_id,
    legs.reverses,
    legs.reversed_amount,
    legs.fingerprint,
    legs.request_id,
    legs.partition,
    legs."offset",
    legs.requested_at,
    legs.posted_at,
    legs.completed_at
   FROM ledger.legs
  WHERE (legs.leg < 3);
CREATE TABLE ledger.users (
    user_id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    role text DEFAULT 'customer'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['customer'::text, 'operator'::text])))
);
CREATE TABLE ledger.webhook_deliveries (
    delivery_id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    event_id text NOT NULL,
    event_type text NOT NULL,
    payload text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    last_status integer,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT webhook_deliveries_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT webhook_deliveries_finished CHECK (((status = 'pending'::text) = (finished_at IS NULL))),
    CONSTRAINT webhook_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
);
ALTER TABLE ONLY ledger.webhook_deliveries ALTER COLUMN payload SET COMPRESSION lz4;
COMMENT ON TABLE ledger.webhook_deliveries IS 'Each event that a webhook wants, until it is delivered or given up.';
ALTER TABLE ledger.webhook_deliveries ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.webhook_deliveries_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ledger.webhooks (
    webhook_id uuid NOT NULL,
    user_id uuid NOT NULL,
    url text NOT NULL,
    events text[] NOT NULL,
    secret text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    rests_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT webhooks_events_check CHECK ((cardinality(events) > 0)),
    CONSTRAINT webhooks_failures_check CHECK ((failures >= 0))
);
INSERT INTO ledger.accounts VALUES
	('01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 'customer', 2, '01a21f50-11be-7a92-be15-c51377cb5b9c', 'EUR', 'n', 19868, 70, 0, NULL, NULL, 0, 0, false, 11, '\x05fd9eb15a2a215a924b86d5256e7880c8621a85af2071d3256a3133b888892a', 19677, 344, 5, 24, '2023-11-14 22:13:20+00'),
	('5cca0455-f770-c798-85c3-7c88f160dd5b', 'in_transit', 2, NULL, 'EUR', NULL, -1710, 0, 0, NULL, NULL, 0, 0, false, 13, '\x9ac706013a0f4004ac6b9dc99858cb487afadf546683b3ff1136a4e2881dd063', 0, 0, 0, 0, '2023-11-14 22:13:28+00'),
	('2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', 'in_transit', 1, NULL, 'EUR', NULL, -2320, 0, 0, NULL, NULL, 0, 0, false, 8, '\x66cfebd0a59a7c22a5efe6e617acc2e7bd3f8c883f60c76e0f479e6901f885de', 0, 0, 0, 0, '2023-11-14 22:13:26+00'),
	('9dd073ff-20f6-76cc-08af-9be876ca81ab', 'clearing', 2, NULL, 'USD', NULL, -900, 0, 0, NULL, NULL, 0, 0, false, 1, '\xcf3c772b86670f1e707182ed435100dc5c3dd27dae8cd29a25740ff6d004375d', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f50-11db-7eb5-b34c-3ff7b667f9a1', 'customer', 1, '01a21f50-11be-787e-a240-06302ac5c4d5', 'EUR', 'n', 100080, 0, 0, NULL, NULL, 0, 0, false, 7, '\x19f0b383965d5860312211def10c3cdad1a16896da79de1ddd217b24747088cd', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f50-11e0-7245-9567-9cd33e34cd24', 'customer', 2, '01a21f50-11be-787e-a240-06302ac5c4d5', 'EUR', 'n', 59133, 62, 0, NULL, NULL, 0, 0, false, 13, '\x129f2a6599814fab44826951fc67bd52f714eb08c0b19b924564b33835d3b6ed', 19677, 219, 5, 22, '2023-11-14 22:13:20+00'),
	('017762ee-1f7c-b066-c4b5-0daee051b213', 'clearing', 2, NULL, 'EUR', NULL, -23011, 0, 0, NULL, NULL, 0, 0, false, 3, '\xb4e33476eea15933baeaf5ddeef7c80164bdae73473ae998bb908f03b50732b3', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('d9c245b5-daa5-2bdd-2f0a-d71c7f7b6899', 'clearing', 3, NULL, 'EUR', NULL, -60, 0, 0, NULL, NULL, 0, 0, false, 4, '\x4b7d9a2386a4ef7ea16ce7370286d06640314bdff507f85efee1c59a2042a182', 0, 0, 0, 0, '2023-11-16 04:18:47.01+00'),
	('9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 'clearing', 0, NULL, 'EUR', NULL, -212136, 0, 0, NULL, NULL, 0, 0, false, 14, '\x1207ad449afefb23b6b47d7bbec4d62f5f38518f7680b8e129f95abe8c61ec92', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f50-11f3-7a82-bf78-992276adede5', 'customer', 0, '01a21f50-11be-787e-a240-06302ac5c4d5', 'EUR', 'n', 3598, 0, 50, 1000, 5, 0, 0, false, 7, '\xf00d9dafb81530addba7554610ad76ea858849d80fb79b9daea8e42db28c96ca', 19676, 902, 2, 0, '2023-11-14 22:13:20+00'),
	('7a412a16-2432-cdcb-da07-b9045fb8315c', 'in_transit', 0, NULL, 'EUR', NULL, 2433, 0, 0, NULL, NULL, 0, 0, false, 27, '\x43e69cd02ab3ede1fffcede6c44afac963ee5a2efc8a7eed24c3126e7990ab74', 0, 0, 0, 0, '2023-11-14 22:13:26+00'),
	('01a21f50-11be-753f-9cda-7c7a511fed62', 'customer', 3, '01a21f50-11be-787e-a240-06302ac5c4d5', 'EUR', 'n', 101371, 122, 0, NULL, NULL, 0, 0, false, 51, '\x0a343172dfc2977303b495dfd2a088b98972ecc1f83ebed0641d7b1e7ca3b4c4', 19677, 3835, 22, 113, '2023-11-14 22:13:20+00'),
	('a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 'in_transit', 3, NULL, 'EUR', NULL, 1886, 0, 0, NULL, NULL, 0, 0, false, 16, '\x681154cf47fe8eb9043f94b314bd56ee19d21761ebf853ebd8df6ea5a5c85653', 0, 0, 0, 0, '2023-11-16 04:18:49.01+00'),
	('01a21f50-12e0-732b-a86d-be987cb64fc7', 'customer', 0, '01a21f50-11be-787e-a240-06302ac5c4d5', 'EUR', 'n', 3028, 5, 0, NULL, NULL, 0, 0, false, 4, '\xd95d35ec4a320e09373100055685cb5f71ba293fd119f35b9eac0150f674b501', 19677, 38, 2, 0, '2023-11-16 04:18:36.01+00'),
	('8db42b97-a531-8b34-77cc-8e484f05ad73', 'clearing', 1, NULL, 'EUR', NULL, -58003, 0, 0, NULL, NULL, 0, 0, false, 4, '\x89660fd4110db52a4c3e2c1a0b081cda5ee1a20b84860c1e9b776517afc54587', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f50-11ea-7ac0-888c-e06ca665a354', 'customer', 0, '01a21f50-11be-787e-a240-06302ac5c4d5', 'EUR', 'n', 0, 0, 0, NULL, NULL, 2, 0, false, 0, '\x53b359588cd579c6378e78d401295069be06c7a0e4010c87585cf19d5dad4c29', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f50-11ec-7d35-8ea8-0a195305a231', 'customer', 3, '01a21f50-11be-787e-a240-06302ac5c4d5', 'USD', 'n', 900, 0, 0, NULL, NULL, 0, 0, false, 1, '\xde44ab811240cb11ec482216ede7c58b1b47ac6b2379abb1228c65291f5757d9', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f50-11f1-7d09-ad65-c7e74abe9ae3', 'customer', 3, '01a21f50-11be-787e-a240-06302ac5c4d5', 'EUR', 'n', 0, 0, 0, NULL, NULL, 0, 0, true, 0, '\x50c4aa34713fc48967f94caf2370dbc021b11189ee0db2fee25708aa7cd8863f', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f50-12db-77a4-831c-7821b98dcc10', 'customer', 2, '01a21f50-11be-787e-a240-06302ac5c4d5', 'EUR', 'n', 2840, 0, 0, NULL, NULL, 0, 0, false, 4, '\xf5cda6ec8b40d8aab8237bf4f937f2bac7f476a023ef850a4fd365eb2749c755', 19677, 250, 2, 250, '2023-11-16 04:18:36.01+00'),
	('01a21f50-12e4-75c8-a84c-89732bd68fda', 'customer', 3, '01a21f50-11be-787e-a240-06302ac5c4d5', 'EUR', 'n', 3003, 0, 0, NULL, NULL, 0, 0, false, 2, '\x898983d7e6ecbdc58971eb3f6c5368a659c4fb41d4cb058bede0c7f789b0a5a4', 0, 0, 0, 0, '2023-11-16 04:18:36.01+00');
INSERT INTO ledger.conflicts VALUES
	('01a21f50-12ca-73fa-95cf-244fe3778f0e', 0, 76, 'second', '01a21f50-11be-787e-a240-06302ac5c4d5', '2023-11-15 22:18:28+00', '2023-11-16 01:18:30+00'),
	('01a21f50-12cf-7ca7-b59e-133fc0f6eba2', 2, 14, 'second', '01a21f50-11be-787e-a240-06302ac5c4d5', '2023-11-16 01:18:31+00', '2023-11-16 04:18:33+00'),
	('01a21f50-12d5-75fe-bc63-968e2b5a6dc1', 0, 79, 'loses', '01a21f50-11be-787e-a240-06302ac5c4d5', '2023-11-16 04:18:34+00', '2023-11-16 04:18:35+00'),
	('01a21f50-12d8-77bb-8982-29b02c4f0d84', 1, 24, 'loses', '01a21f50-11be-787e-a240-06302ac5c4d5', '2023-11-16 04:18:35.005+00', '2023-11-16 04:18:36.005+00');
INSERT INTO ledger.holds VALUES
	('01a21f50-1229-7443-8cd7-3c555a588446', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', NULL, 'captured', 40, '2023-11-14 22:13:34+00', NULL, '2023-11-14 22:13:35+00'),
	('01a21f50-1231-77d6-b0e3-393dccd96c6c', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', 'captured', 40, '2023-11-14 22:13:37+00', NULL, '2023-11-14 22:13:38+00'),
	('01a21f50-1238-7660-b931-93a232fc4cf0', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11e0-7245-9567-9cd33e34cd24', 'captured', 40, '2023-11-14 22:13:40+00', NULL, '2023-11-14 22:13:41+00'),
	('01a21f50-1242-7b5f-bf86-95233afcde37', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 'captured', 60, '2023-11-14 22:13:43+00', NULL, '2023-11-14 22:13:44+00'),
	('01a21f50-124d-7bdb-9147-320e44cfa07d', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11ea-7ac0-888c-e06ca665a354', 'captured', 40, '2023-11-14 22:13:46+00', NULL, '2023-11-14 22:13:47+00'),
	('01a21f50-1257-7b58-8af7-c115446e6a98', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11ec-7d35-8ea8-0a195305a231', 'captured', 40, '2023-11-14 22:13:49+00', NULL, '2023-11-14 22:13:50+00'),
	('01a21f50-1262-7203-a17a-0e64435cb6d3', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', 'captured', 40, '2023-11-14 22:13:52+00', NULL, '2023-11-14 22:13:53+00'),
	('01a21f50-126d-76e9-9122-085a5e834071', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11e0-7245-9567-9cd33e34cd24', 'voided', 0, '2023-11-14 22:13:55+00', NULL, '2023-11-14 22:13:57+00'),
	('01a21f50-1273-7cfb-a095-373d49281879', '01a21f50-11be-753f-9cda-7c7a511fed62', 75, 'EUR', NULL, 'expired', 0, '2023-11-14 22:13:58+00', '2023-11-14 22:14:58+00', '2023-11-14 22:16:00+00'),
	('01a21f50-1280-751a-b12f-a0606e89f4ea', '01a21f50-11e0-7245-9567-9cd33e34cd24', 75, 'EUR', NULL, 'expired', 0, '2023-11-14 22:16:03+00', '2023-11-14 22:17:03+00', '2023-11-14 22:18:05+00'),
	('01a21f50-128a-7af6-b48e-938cd15d67a0', '01a21f50-11f3-7a82-bf78-992276adede5', 300, 'EUR', NULL, 'voided', 0, '2023-11-14 22:18:16+00', NULL, '2023-11-14 22:18:17+00'),
	('01a21f50-1346-7fe5-8a8a-a0f4bc1d0a73', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', NULL, 'captured', 40, '2023-11-16 04:18:57.01+00', NULL, '2023-11-16 04:18:58.01+00'),
	('01a21f50-134d-76b7-856f-0fc700e13a60', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', 'captured', 40, '2023-11-16 04:19:00.01+00', NULL, '2023-11-16 04:19:01.01+00'),
	('01a21f50-1357-7dfa-b150-bcc055566768', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11e0-7245-9567-9cd33e34cd24', 'captured', 40, '2023-11-16 04:19:03.01+00', NULL, '2023-11-16 04:19:04.01+00'),
	('01a21f50-1362-74ee-bf3c-76bbb09d3e50', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 'captured', 60, '2023-11-16 04:19:06.01+00', NULL, '2023-11-16 04:19:07.01+00'),
	('01a21f50-136c-7ead-87d4-c816a0923d1a', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11ea-7ac0-888c-e06ca665a354', 'captured', 40, '2023-11-16 04:19:09.01+00', NULL, '2023-11-16 04:19:10.01+00'),
	('01a21f50-1377-770d-8960-788f1724d52d', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11ec-7d35-8ea8-0a195305a231', 'voided', 0, '2023-11-16 04:19:12.01+00', NULL, '2023-11-16 04:19:14.01+00'),
	('01a21f50-137d-7513-b30b-7e275d244788', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', 'voided', 0, '2023-11-16 04:19:15.01+00', NULL, '2023-11-16 04:19:17.01+00'),
	('01a21f50-1384-72f0-8a3c-f326504976d5', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11e0-7245-9567-9cd33e34cd24', 'voided', 0, '2023-11-16 04:19:18.01+00', NULL, '2023-11-16 04:19:20.01+00'),
	('01a21f50-138a-793c-a990-6d6f980faf88', '01a21f50-11be-753f-9cda-7c7a511fed62', 75, 'EUR', NULL, 'expired', 0, '2023-11-16 04:19:21.01+00', '2023-11-16 04:20:21.01+00', '2023-11-16 04:21:23.01+00'),
	('01a21f50-1394-74a2-8bd1-2e87cb173b78', '01a21f50-11e0-7245-9567-9cd33e34cd24', 75, 'EUR', NULL, 'expired', 0, '2023-11-16 04:21:26.01+00', '2023-11-16 04:22:26.01+00', '2023-11-16 04:23:28.01+00'),
	('01a21f50-1301-73a4-bf92-739283cca0d0', '01a21f50-12e0-732b-a86d-be987cb64fc7', 5, 'EUR', NULL, 'open', 0, '2023-11-16 04:23:32.01+00', NULL, NULL),
	('01a21f50-13ad-7485-897b-1578f6ee55e7', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11ec-7d35-8ea8-0a195305a231', 'open', 0, '2023-11-16 04:24:38.01+00', NULL, NULL),
	('01a21f50-13ad-77c2-a6a1-c5b02040f346', '01a21f50-11be-753f-9cda-7c7a511fed62', 31, 'EUR', NULL, 'open', 0, '2023-11-16 04:24:39.01+00', '2023-11-16 04:24:40.01+00', NULL),
	('01a21f50-13ad-7d02-9e1c-3c9f1c2e8896', '01a21f50-11be-753f-9cda-7c7a511fed62', 31, 'EUR', NULL, 'open', 0, '2023-11-16 04:24:40.01+00', '2023-11-16 04:29:40.01+00', NULL),
	('01a21f50-13ad-7591-a8de-cf6ae3676469', '01a21f50-11e0-7245-9567-9cd33e34cd24', 31, 'EUR', NULL, 'open', 0, '2023-11-16 04:24:41.01+00', '2023-11-16 04:24:42.01+00', NULL),
	('01a21f50-13ad-7362-bda7-e8ba330d7413', '01a21f50-11e0-7245-9567-9cd33e34cd24', 31, 'EUR', NULL, 'open', 0, '2023-11-16 04:24:42.01+00', '2023-11-16 04:29:42.01+00', NULL),
	('01a21f50-13ad-774f-97d8-220054a5dc45', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 31, 'EUR', NULL, 'open', 0, '2023-11-16 04:24:43.01+00', '2023-11-16 04:24:44.01+00', NULL),
	('01a21f50-13ad-781a-a62b-82ffceadface', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 31, 'EUR', NULL, 'open', 0, '2023-11-16 04:24:44.01+00', '2023-11-16 04:29:44.01+00', NULL),
	('01a21f50-13ad-700d-876f-d8a08621a11c', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 8, 'EUR', NULL, 'open', 0, '2023-11-16 04:24:45.01+00', NULL, NULL),
	('01a21f50-13ad-7b8f-8b05-28799a56eed7', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11e0-7245-9567-9cd33e34cd24', 'captured', 45, '2023-11-16 04:24:35.01+00', NULL, '2023-11-16 04:24:47.01+00'),
	('01a21f50-13ad-71e2-815b-6c655abb79df', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11ea-7ac0-888c-e06ca665a354', 'captured', 45, '2023-11-16 04:24:36.01+00', NULL, '2023-11-16 04:24:47.01+00'),
	('01a21f50-13ad-7b41-b0c5-06fc8d862028', '01a21f50-11be-753f-9cda-7c7a511fed62', 60, 'EUR', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 'captured', 45, '2023-11-16 04:24:37.01+00', NULL, '2023-11-16 04:24:48.01+00');
INSERT INTO ledger.legs VALUES
	('01a21f50-11be-753f-9cda-7c7a511fed62', 1, 'account_opening', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 0, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-11d7-7701-8831-9b9e61994737', 1, 'deposit', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 100000, 'EUR', 100000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 1, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f50-11be-753f-9cda-7c7a511fed62', 1, -100000, '\xfd3ae30f41586b099cf0368492cc0c3b3d90a211479bba235355c883c54c2705', 1, 100000, '\x5368cbd897f22cbe8fc0c7aeb8965e27d82f0fa650013e37c7f3e0af8a9b274d'),
	('01a21f50-11db-7eb5-b34c-3ff7b667f9a1', 1, 'account_opening', 'completed', NULL, '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 2, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-11dd-7ad1-8c9b-40a37737f987', 1, 'deposit', 'completed', NULL, '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 100000, 'EUR', 100000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 3, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', 2, -200000, '\xd121c8e7131ad30d2023fe60e2f1c7b143d0a65d69cffd357d6ce75a9a7722d5', 1, 100000, '\xf267405ed0ba282dcef19aba4211602f5494f3a3aa9b889f367d362f82f2c81f'),
	('01a21f50-11e0-7245-9567-9cd33e34cd24', 1, 'account_opening', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 0, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-11e3-7a26-98f5-ca073cf7a96e', 1, 'deposit', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 50000, 'EUR', 50000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 1, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '8db42b97-a531-8b34-77cc-8e484f05ad73', '01a21f50-11e0-7245-9567-9cd33e34cd24', 1, -50000, '\xbd49e930837b9e499886f1f6fe3c85dfa4cbf21bd07e9a1d735fb2c23cbde250', 1, 50000, '\xbcfe0fb2388a2a7b64072fa8459ac90566cbf0863c563f3f29eafbce787ac7c5'),
	('01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 1, 'account_opening', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', NULL, '01a21f50-11be-7a92-be15-c51377cb5b9c', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 0, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-11e8-7ec2-ab9b-69a27bc75fd6', 1, 'deposit', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', NULL, '01a21f50-11be-7a92-be15-c51377cb5b9c', 20000, 'EUR', 20000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 1, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '017762ee-1f7c-b066-c4b5-0daee051b213', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 1, -20000, '\xceb673c2fb89e46f4b36ce2a0ff2ac128261e99f497cefac16ec3b23cb44cf8a', 1, 20000, '\x7efbc12f3d85fc3f4c9b23031116ecc3d7ca108399f261a3e740dadbcc8e525d'),
	('01a21f50-11ea-7ac0-888c-e06ca665a354', 1, 'account_opening', 'completed', NULL, '01a21f50-11ea-7ac0-888c-e06ca665a354', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 2, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-11ec-7d35-8ea8-0a195305a231', 1, 'account_opening', 'completed', NULL, '01a21f50-11ec-7d35-8ea8-0a195305a231', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, 'USD', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 2, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-11ef-79ac-91c0-795d44f5d676', 1, 'deposit', 'completed', NULL, '01a21f50-11ec-7d35-8ea8-0a195305a231', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 900, 'USD', 900, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 3, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '9dd073ff-20f6-76cc-08af-9be876ca81ab', '01a21f50-11ec-7d35-8ea8-0a195305a231', 1, -900, '\xcf3c772b86670f1e707182ed435100dc5c3dd27dae8cd29a25740ff6d004375d', 1, 900, '\xde44ab811240cb11ec482216ede7c58b1b47ac6b2379abb1228c65291f5757d9'),
	('01a21f50-11f1-7d09-ad65-c7e74abe9ae3', 1, 'account_opening', 'completed', NULL, '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 4, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-11f3-7a82-bf78-992276adede5', 1, 'account_opening', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 4, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-11f5-7b9e-b30b-1b5ee0abf1d0', 1, 'deposit', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 5000, 'EUR', 5000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 5, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f50-11f3-7a82-bf78-992276adede5', 3, -205000, '\xa1ef60df5926536a89493bdb9a48a1bf75e8a89e01b7aecdaf413b2b199d4950', 1, 5000, '\x951c2f8ea5200c71ae6b160af21be6f194fdb676bc9d35fc718db3d84b980812'),
	('01a21f50-11f7-7d73-8c5c-1891e11b1137', 1, 'freeze', 'completed', NULL, '01a21f50-11ea-7ac0-888c-e06ca665a354', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 3, '2023-11-14 22:13:20+00', '2023-11-14 22:13:21+00', '2023-11-14 22:13:21+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-11f7-794c-88e1-077b2f748b37', 1, 'close', 'completed', NULL, '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 5, '2023-11-14 22:13:20+00', '2023-11-14 22:13:22+00', '2023-11-14 22:13:22+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-11f7-7985-a788-52b2c5ddcc27', 1, 'limits', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 6, '2023-11-14 22:13:20+00', '2023-11-14 22:13:23+00', '2023-11-14 22:13:23+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1202-7e08-92d3-c19b75ea4680', 1, 'withdrawal', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 500, 'EUR', 100200, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 8, '2023-11-14 22:13:23+00', '2023-11-14 22:13:25+00', '2023-11-14 22:13:25+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 3, 100200, '\xc44d0628f65fb385c768737454a8dfc6ae3e18687db4ed41b605f2574d34d62b', 5, -205200, '\x03c046753cab013a4a27375972739edc7411ad48c50f2483cc9bce1f480e94cd'),
	('01a21f50-1202-7bd5-86ae-4cac8bcbc3cf', 1, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 2000, 'EUR', 98200, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 9, '2023-11-14 22:13:23+00', '2023-11-14 22:13:26+00', '2023-11-14 22:13:26+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 4, 98200, '\x14f59a1d3cc509a94bfac9b7faed5a32034ed5af0aa589e72dc030a0c8884230', 1, 2000, '\xdefb4808a9b00dc8015a4c62da00d3d7b534fc0d9a1efeba3ebdbb7915cf0b3d'),
	('01a21f50-1202-707e-834f-49fdb182290d', 1, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-787e-a240-06302ac5c4d5', 300, 'EUR', 97900, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 11, '2023-11-14 22:13:23+00', '2023-11-14 22:13:27+00', '2023-11-14 22:13:27+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', 5, 97900, '\xc894f6aed5d510c5ac8928e4dc4382554208c883b3dd2b3f1ada17c123d4c0e9', 2, 100300, '\x771bdb91b65f1a73f1417780c6433e8a231b61a60c698b12bedff13515f8911f'),
	('01a21f50-1202-74b8-a479-86becec07ec5', 2, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-7a92-be15-c51377cb5b9c', 250, 'EUR', 98150, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 12, '2023-11-14 22:13:23+00', '2023-11-14 22:13:28+00', '2023-11-14 22:13:28+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-11be-753f-9cda-7c7a511fed62', 2, 1750, '\x77838f5a455b668e9874afee7be446cb4479a30d5c7d0ff9975dc16a94667068', 6, 98150, '\x433040154ae278267a5484d91eac0caf072d0a30534902d84d276e322e40e557'),
	('01a21f50-1202-74b8-a479-86becec07ec5', 1, 'transfer', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-7a92-be15-c51377cb5b9c', 250, 'EUR', 19750, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 6, '2023-11-14 22:13:23+00', '2023-11-14 22:13:28+00', '2023-11-14 22:13:28+00', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '5cca0455-f770-c798-85c3-7c88f160dd5b', 2, 19750, '\x0d964b8002f3d91a967531987dd0f2fc95c17e027da19ebeb55e2d39013c9eaa', 1, 250, '\x7708a81a1c0032c593bf33308b9ef5ebb154bcdf305de38c68b102d5329acf0d'),
	('01a21f50-1202-741a-80f5-1d76d897cee3', 2, 'transfer', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 19810, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 8, '2023-11-14 22:13:23+00', '2023-11-14 22:13:29+00', '2023-11-14 22:13:29+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 2, 190, '\x6e16097579f9c1b182288a0db486807b5601249feafb75b519dd45fc8a721cd8', 3, 19810, '\xb535e8ff36057e602bb6e083c607dcdf8d05fccd51776681f496f4f30f50cd69'),
	('01a21f50-1202-7bd5-86ae-4cac8bcbc3cf', 2, 'transfer', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 2000, 'EUR', 52000, NULL, NULL, NULL, NULL, 150, 'ffffffffffffffffffffffffffffffff', 'req', 1, 4, '2023-11-14 22:13:23+00', '2023-11-14 22:13:26+00', '2023-11-14 22:13:26+00', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', '01a21f50-11e0-7245-9567-9cd33e34cd24', 1, -2000, '\x936c3d238ae02f9ba96d31a69f765f8e71033bc2ea33bdf0c069d3f73dd749b2', 2, 52000, '\xb2b79aba0868e3058d0d399fa8efaa8299dba695bcc4027a8345333031e1541e'),
	('01a21f50-1202-707e-834f-49fdb182290d', 2, 'transfer', 'completed', NULL, '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 300, 'EUR', 100300, NULL, NULL, NULL, NULL, 300, 'ffffffffffffffffffffffffffffffff', 'req', 0, 11, '2023-11-14 22:13:23+00', '2023-11-14 22:13:27+00', '2023-11-14 22:13:27+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1202-7f78-a38e-f29e0a693956', 1, 'deposit', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 700, 'EUR', 100700, 'tab	and \ é', NULL, NULL, NULL, 100, 'ffffffffffffffffffffffffffffffff', 'r-1', 0, 7, '2023-11-14 22:13:23+00', '2023-11-14 22:13:24+00', '2023-11-14 22:13:24+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f50-11be-753f-9cda-7c7a511fed62', 4, -205700, '\xca50d4f71bda745ee2fe40b8064a3f39de6a052033b42fdffff53753f8975408', 2, 100700, '\x7b185a09abae2ef2ffa40ba764f18186625e6d86bf099160bbbf68ba6852a021'),
	('01a21f50-1202-741a-80f5-1d76d897cee3', 1, 'transfer', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 51940, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 5, '2023-11-14 22:13:23+00', '2023-11-14 22:13:29+00', '2023-11-14 22:13:29+00', '01a21f50-11e0-7245-9567-9cd33e34cd24', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', 3, 51940, '\xe36745e086ca7b24368574877f024e359101695a03ecabcf1a4872c62a9e5475', 2, -1940, '\xc1ece86489ba4db882534c19973d08d4065b2ef5d31e6c584670d8c9187220b4'),
	('01a21f50-121a-7a31-9dd1-164a1e08a38a', 2, 'reversal', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 150, 'EUR', 98300, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 13, '2023-11-14 22:13:29+00', '2023-11-14 22:13:30+00', '2023-11-14 22:13:30+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-11be-753f-9cda-7c7a511fed62', 3, 1600, '\x25177dba4b7571c1b7c723cc4d942852bc629962dda3feb5beddaaa7507bbb73', 7, 98300, '\x77843c4ec48de66c5296a781cb3dbc0b4d39723d17959e1183241f2d0cde5b5c'),
	('01a21f50-121a-7aa8-9aad-8a269e5de8ba', 1, 'reversal', 'completed', NULL, '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 300, 'EUR', 100000, NULL, NULL, NULL, '01a21f50-1202-707e-834f-49fdb182290d', 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 14, '2023-11-14 22:13:29+00', '2023-11-14 22:13:31+00', '2023-11-14 22:13:31+00', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-753f-9cda-7c7a511fed62', 3, 100000, '\x2a13837f82375c5af6626e4b4506174692f24cd6b96398f139542c2aeb858204', 8, 98600, '\xf4eb0e56b9493e74398e9c73ae11b1e9f12f53cf806d82a071fa9f77130f1cd9'),
	('01a21f50-121a-7aa8-9aad-8a269e5de8ba', 2, 'reversal', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-787e-a240-06302ac5c4d5', 300, 'EUR', 98600, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 14, '2023-11-14 22:13:29+00', '2023-11-14 22:13:31+00', '2023-11-14 22:13:31+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-121a-7cd5-9295-73d93885f95d', 1, 'reversal', 'rejected', 'exceeds_original', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 10000, 'EUR', NULL, NULL, NULL, NULL, '01a21f50-1202-7bd5-86ae-4cac8bcbc3cf', 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 9, '2023-11-14 22:13:29+00', '2023-11-14 22:13:33+00', '2023-11-14 22:13:33+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1229-78aa-a8e5-d7a2d9c67f84', 1, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 98460, NULL, NULL, '01a21f50-1229-7443-8cd7-3c555a588446', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 17, '2023-11-14 22:13:33+00', '2023-11-14 22:13:35+00', '2023-11-14 22:13:35+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 10, 98460, '\xf35217094a741559a5f2df62e7687f2476ea7af07644756411ee15da20f1c782', 7, -205060, '\x4dee4993f543f34c67b73891ca25d21f9fa5fd93b12a0385cbf3a4fec7243298'),
	('01a21f50-1231-77d6-b0e3-393dccd96c6c', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 98460, NULL, NULL, '01a21f50-1231-77d6-b0e3-393dccd96c6c', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 19, '2023-11-14 22:13:36+00', '2023-11-14 22:13:37+00', '2023-11-14 22:13:37+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1235-7142-9d97-af865abca0ed', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-1231-77d6-b0e3-393dccd96c6c', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 21, '2023-11-14 22:13:38+00', '2023-11-14 22:13:39+00', '2023-11-14 22:13:39+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1238-7612-ba0b-7692541166b1', 1, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 98380, NULL, NULL, '01a21f50-1238-7660-b931-93a232fc4cf0', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 23, '2023-11-14 22:13:39+00', '2023-11-14 22:13:41+00', '2023-11-14 22:13:41+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 12, 98380, '\xd5f56c46dff91008991b218d0dc4af7f64135505a5d0b848d497632e114368ff', 4, 1640, '\x09ae6b65bffe504e23b67ce283458dcaab4c7ab52856c512e70c5203ad78e5a0'),
	('01a21f50-1242-7b5f-bf86-95233afcde37', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 98380, NULL, NULL, '01a21f50-1242-7b5f-bf86-95233afcde37', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 26, '2023-11-14 22:13:42+00', '2023-11-14 22:13:43+00', '2023-11-14 22:13:43+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1242-7f3a-9bdf-6ed3a2884143', 2, 'capture', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 19870, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 9, '2023-11-14 22:13:42+00', '2023-11-14 22:13:44+00', '2023-11-14 22:13:44+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 3, 130, '\x3c21126b35b39c8ba484ccb77ca2b40596291632e32b418150b7772638318168', 4, 19870, '\xd1d77be23447764721659775018864972c43e513c9e9fbc6bf8d2c27b1723c17'),
	('01a21f50-124b-70e5-8976-c93db9974d02', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-1242-7b5f-bf86-95233afcde37', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 29, '2023-11-14 22:13:44+00', '2023-11-14 22:13:45+00', '2023-11-14 22:13:45+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-124d-7384-bf68-d8336f882e83', 1, 'capture', 'rejected', 'account_frozen', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', NULL, NULL, NULL, '01a21f50-124d-7bdb-9147-320e44cfa07d', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 31, '2023-11-14 22:13:45+00', '2023-11-14 22:13:47+00', '2023-11-14 22:13:47+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 14, 98280, '\xa03b26a3263e675508cc5f14e1dd67e327fe1dee41aaf65f8071e46112c84283', 6, 1740, '\xda1c72de49c576fdef825fb99b461f61763bc698db182c81b0fcc794c4073c5e'),
	('01a21f50-124d-7384-bf68-d8336f882e83', 3, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 31, '2023-11-14 22:13:45+00', '2023-11-14 22:13:47+00', '2023-11-14 22:13:47+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-11be-753f-9cda-7c7a511fed62', 7, 1700, '\x8ef1476340ad056b1018a87c33e60b86a9b3386a0b478be070f7833f7e26bcb3', 15, 98320, '\x69f110a75742708f099f5bce174969caa83dff80d514306f58e987ee83eae092'),
	('01a21f50-1257-7b58-8af7-c115446e6a98', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 98320, NULL, NULL, '01a21f50-1257-7b58-8af7-c115446e6a98', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 34, '2023-11-14 22:13:48+00', '2023-11-14 22:13:49+00', '2023-11-14 22:13:49+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1257-7f8e-8dc1-f17bb4e454fa', 2, 'capture', 'rejected', 'currency_mismatch', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 10, '2023-11-14 22:13:48+00', '2023-11-14 22:13:50+00', '2023-11-14 22:13:50+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1260-7b9d-8f11-3a84cfeeb881', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-1257-7b58-8af7-c115446e6a98', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 37, '2023-11-14 22:13:50+00', '2023-11-14 22:13:51+00', '2023-11-14 22:13:51+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1262-7d18-bd8d-010b5e96754e', 1, 'capture', 'rejected', 'account_closed', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', NULL, NULL, NULL, '01a21f50-1262-7203-a17a-0e64435cb6d3', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 39, '2023-11-14 22:13:51+00', '2023-11-14 22:13:53+00', '2023-11-14 22:13:53+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 18, 98280, '\xdc99be45f620b3df90e81f0a127b46f6d930731326b16c24ef79bc68a4551ba7', 10, 1740, '\x8d87d9d490db8f65c1ddda4f634868fc24751019dbe98337e210896faca63425'),
	('01a21f50-1262-7d18-bd8d-010b5e96754e', 3, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 39, '2023-11-14 22:13:51+00', '2023-11-14 22:13:53+00', '2023-11-14 22:13:53+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-11be-753f-9cda-7c7a511fed62', 11, 1700, '\xef0e93808c5b664e06c859dc9a6bfbd092b40e0fd0ce718bcb67540acb3731dd', 19, 98320, '\xe1a5a4fe536ede01c8e9d3afdc72e5bf1af9ffa650559091239d05b76ff70945'),
	('01a21f50-126d-76e9-9122-085a5e834071', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 98320, NULL, NULL, '01a21f50-126d-76e9-9122-085a5e834071', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 42, '2023-11-14 22:13:54+00', '2023-11-14 22:13:55+00', '2023-11-14 22:13:55+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1271-71f3-9b9e-77cc2173c25b', 1, 'void', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 98320, NULL, NULL, '01a21f50-126d-76e9-9122-085a5e834071', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 44, '2023-11-14 22:13:56+00', '2023-11-14 22:13:57+00', '2023-11-14 22:13:57+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('94ed14fd-aeef-e635-3830-916c4774733b', 1, 'hold_expiry', 'rejected', 'expiry_not_due', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, NULL, 75, 'EUR', NULL, NULL, NULL, '01a21f50-1273-7cfb-a095-373d49281879', NULL, 0, '', '', 0, 46, '2023-11-14 22:13:57+00', '2023-11-14 22:13:59+00', '2023-11-14 22:13:59+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1278-7c7a-a3d2-0c23bebf42de', 1, 'capture', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 75, 'EUR', NULL, NULL, NULL, '01a21f50-1273-7cfb-a095-373d49281879', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 48, '2023-11-14 22:15:59+00', '2023-11-14 22:16:01+00', '2023-11-14 22:16:01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-121a-7a31-9dd1-164a1e08a38a', 1, 'reversal', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 150, 'EUR', 51790, NULL, NULL, NULL, '01a21f50-1202-7bd5-86ae-4cac8bcbc3cf', 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 7, '2023-11-14 22:13:29+00', '2023-11-14 22:13:30+00', '2023-11-14 22:13:30+00', '01a21f50-11e0-7245-9567-9cd33e34cd24', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', 4, 51790, '\x2163632461b34fbe4fabc3329b08a2cc4f0083756be2246e0a05c9ed7469df08', 3, -1790, '\xa3e52032928f76b33a69e211b46a69dda1bb6c38e75c1b9a99f47a08e4fb40ea'),
	('01a21f50-121a-76bc-be26-d17c199f887f', 1, 'reversal', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 100, 'EUR', 98500, NULL, NULL, NULL, '01a21f50-1202-7f78-a38e-f29e0a693956', 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 15, '2023-11-14 22:13:29+00', '2023-11-14 22:13:32+00', '2023-11-14 22:13:32+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 9, 98500, '\x545ba6ab2bc4ebc396bb9c295d7a3167eac89d9ae758b5df75175fa1086b106c', 6, -205100, '\xc69d8e4a6d2be950643ff199a07ba6d571412ec75e542b61e630309e4c85e8a3'),
	('01a21f50-1229-7443-8cd7-3c555a588446', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 98500, NULL, NULL, '01a21f50-1229-7443-8cd7-3c555a588446', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 16, '2023-11-14 22:13:33+00', '2023-11-14 22:13:34+00', '2023-11-14 22:13:34+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-122e-73ce-957c-3bd1b04d3dcd', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-1229-7443-8cd7-3c555a588446', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 18, '2023-11-14 22:13:35+00', '2023-11-14 22:13:36+00', '2023-11-14 22:13:36+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1231-703e-be6d-58a94c0de316', 1, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 98420, NULL, NULL, '01a21f50-1231-77d6-b0e3-393dccd96c6c', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 20, '2023-11-14 22:13:36+00', '2023-11-14 22:13:38+00', '2023-11-14 22:13:38+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', 11, 98420, '\x06c21b27c5f5af39cb111bd1a7151f66a2ed45b8f92f8944fa4227a41db91035', 4, 100040, '\x105f4c6bbdab66f9141c6a48aef1e16c97f71b59d182f11a0a54f096eab2eaf4'),
	('01a21f50-1231-703e-be6d-58a94c0de316', 2, 'capture', 'completed', NULL, '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 100040, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 20, '2023-11-14 22:13:36+00', '2023-11-14 22:13:38+00', '2023-11-14 22:13:38+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1238-7660-b931-93a232fc4cf0', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 98420, NULL, NULL, '01a21f50-1238-7660-b931-93a232fc4cf0', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 22, '2023-11-14 22:13:39+00', '2023-11-14 22:13:40+00', '2023-11-14 22:13:40+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1238-7612-ba0b-7692541166b1', 2, 'capture', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 51830, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 10, '2023-11-14 22:13:39+00', '2023-11-14 22:13:41+00', '2023-11-14 22:13:41+00', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', '01a21f50-11e0-7245-9567-9cd33e34cd24', 4, -1830, '\x304962e557cac14637f5f8aad256435a26b65214a41c96174447a08008b5f92f', 5, 51830, '\xdff11108b24acc4783b8416975fd3cb3bf704daafda89c0115f4ca1b635551ac'),
	('01a21f50-1240-768f-853c-3a08b536a94f', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-1238-7660-b931-93a232fc4cf0', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 25, '2023-11-14 22:13:41+00', '2023-11-14 22:13:42+00', '2023-11-14 22:13:42+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1242-7f3a-9bdf-6ed3a2884143', 1, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 98320, NULL, NULL, '01a21f50-1242-7b5f-bf86-95233afcde37', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 27, '2023-11-14 22:13:42+00', '2023-11-14 22:13:44+00', '2023-11-14 22:13:44+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 13, 98320, '\x20bfce5b328d91a758e8dcd91667721b160591302cba3d53f2d5e087556d1627', 5, 1700, '\x1200721b0e1f2adcf6cbeda766ce4acf729462e9b77e31fbd7ca9ee893070611'),
	('01a21f50-124d-7bdb-9147-320e44cfa07d', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 98320, NULL, NULL, '01a21f50-124d-7bdb-9147-320e44cfa07d', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 30, '2023-11-14 22:13:45+00', '2023-11-14 22:13:46+00', '2023-11-14 22:13:46+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-124d-7384-bf68-d8336f882e83', 2, 'capture', 'rejected', 'account_frozen', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 11, '2023-11-14 22:13:45+00', '2023-11-14 22:13:47+00', '2023-11-14 22:13:47+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1255-77a8-b76e-12cebc4f9f26', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-124d-7bdb-9147-320e44cfa07d', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 33, '2023-11-14 22:13:47+00', '2023-11-14 22:13:48+00', '2023-11-14 22:13:48+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1257-7f8e-8dc1-f17bb4e454fa', 1, 'capture', 'rejected', 'currency_mismatch', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', NULL, NULL, NULL, '01a21f50-1257-7b58-8af7-c115446e6a98', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 35, '2023-11-14 22:13:48+00', '2023-11-14 22:13:50+00', '2023-11-14 22:13:50+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 16, 98280, '\x8c5c8c180c8c45c0c696006b319f20794e3d2a412d05efeeb8a1cd31ce76ed47', 8, 1740, '\xe5fbb78cd739daea094c92b285d4b5502e81166cbd890d609a8864acc99fa49d'),
	('01a21f50-1257-7f8e-8dc1-f17bb4e454fa', 3, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 35, '2023-11-14 22:13:48+00', '2023-11-14 22:13:50+00', '2023-11-14 22:13:50+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-11be-753f-9cda-7c7a511fed62', 9, 1700, '\x4b70f5e976f311b485521cae2cbbc26fb80ea79efc026a090c04dbdab10255ed', 17, 98320, '\x175d9a575a218269d9f0116c890ae60128f6b16241ca17360db1365067289ddb'),
	('01a21f50-1262-7203-a17a-0e64435cb6d3', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 98320, NULL, NULL, '01a21f50-1262-7203-a17a-0e64435cb6d3', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 38, '2023-11-14 22:13:51+00', '2023-11-14 22:13:52+00', '2023-11-14 22:13:52+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1262-7d18-bd8d-010b5e96754e', 2, 'capture', 'rejected', 'account_closed', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 11, '2023-11-14 22:13:51+00', '2023-11-14 22:13:53+00', '2023-11-14 22:13:53+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-126b-7d60-92b4-57ba307afbb0', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-1262-7203-a17a-0e64435cb6d3', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 41, '2023-11-14 22:13:53+00', '2023-11-14 22:13:54+00', '2023-11-14 22:13:54+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-126d-7158-bafa-84100a4abf3d', 1, 'capture', 'rejected', 'amount_exceeds_hold', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 4000, 'EUR', NULL, NULL, NULL, '01a21f50-126d-76e9-9122-085a5e834071', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 43, '2023-11-14 22:13:54+00', '2023-11-14 22:13:56+00', '2023-11-14 22:13:56+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1273-7cfb-a095-373d49281879', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 75, 'EUR', 98320, NULL, NULL, '01a21f50-1273-7cfb-a095-373d49281879', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 45, '2023-11-14 22:13:57+00', '2023-11-14 22:13:58+00', '2023-11-14 22:13:58+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('1402cd51-6714-c198-9e97-af875d6bdf3f', 1, 'hold_expiry', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, NULL, 75, 'EUR', 98320, NULL, NULL, '01a21f50-1273-7cfb-a095-373d49281879', NULL, 0, '', '', 0, 47, '2023-11-14 22:15:59+00', '2023-11-14 22:16:00+00', '2023-11-14 22:16:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('c0cd5ec6-4023-6f56-1a87-86fa15ce55b1', 1, 'hold_expiry', 'rejected', 'expiry_not_due', '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, NULL, 75, 'EUR', NULL, NULL, NULL, '01a21f50-1280-751a-b12f-a0606e89f4ea', NULL, 0, '', '', 1, 13, '2023-11-14 22:16:02+00', '2023-11-14 22:16:04+00', '2023-11-14 22:16:04+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1284-7c69-b51c-bc886751e31c', 1, 'capture', 'rejected', 'hold_not_open', '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 75, 'EUR', NULL, NULL, NULL, '01a21f50-1280-751a-b12f-a0606e89f4ea', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 15, '2023-11-14 22:18:04+00', '2023-11-14 22:18:06+00', '2023-11-14 22:18:06+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128a-73b2-8045-a01e915d9292', 1, 'transfer', 'rejected', 'account_frozen', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 50, '2023-11-14 22:18:07+00', '2023-11-14 22:18:08+00', '2023-11-14 22:18:08+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 20, 97920, '\x0bcd090649be62ba31d097b8be31159fd1ada8ce5396f782412d8c95368a37e3', 12, 2100, '\xac294298a99c34b159add1bb8989e2bf955f2c6814d7695c9d279f34ec32734f'),
	('01a21f50-128a-73b2-8045-a01e915d9292', 3, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 50, '2023-11-14 22:18:07+00', '2023-11-14 22:18:08+00', '2023-11-14 22:18:08+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-11be-753f-9cda-7c7a511fed62', 13, 1700, '\xcb8df2626f1eb93ea25df7fa1a3098595f99d02e1ddb63951873e08fe7c97388', 21, 98320, '\x16067bd32cedb64c0ce5b7233a0cf36ee2f3680aacc019078742a28d2673884c'),
	('01a21f50-128b-79d1-9d0e-f70f826fc868', 2, 'transfer', 'rejected', 'account_closed', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 12, '2023-11-14 22:18:07+00', '2023-11-14 22:18:09+00', '2023-11-14 22:18:09+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-130d-7784-8bd3-ccc14c71274a', 1, 'parked_resolution', 'completed', NULL, '01a21f50-12e4-75c8-a84c-89732bd68fda', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 32, '2023-11-16 04:18:44.01+00', '2023-11-16 04:18:45.01+00', '2023-11-16 04:18:45.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1280-751a-b12f-a0606e89f4ea', 1, 'hold', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 75, 'EUR', 51830, NULL, NULL, '01a21f50-1280-751a-b12f-a0606e89f4ea', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 12, '2023-11-14 22:16:02+00', '2023-11-14 22:16:03+00', '2023-11-14 22:16:03+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('a30f94b0-b88e-7391-d670-f0b5a8bcf910', 1, 'hold_expiry', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, NULL, 75, 'EUR', 51830, NULL, NULL, '01a21f50-1280-751a-b12f-a0606e89f4ea', NULL, 0, '', '', 1, 14, '2023-11-14 22:18:04+00', '2023-11-14 22:18:05+00', '2023-11-14 22:18:05+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128a-73b2-8045-a01e915d9292', 2, 'transfer', 'rejected', 'account_frozen', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 17, '2023-11-14 22:18:07+00', '2023-11-14 22:18:08+00', '2023-11-14 22:18:08+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128b-79d1-9d0e-f70f826fc868', 1, 'transfer', 'rejected', 'account_closed', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 52, '2023-11-14 22:18:07+00', '2023-11-14 22:18:09+00', '2023-11-14 22:18:09+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 22, 97920, '\xd8b349c8fd0adb5ef8a94a112f9e08c576689223a77a95eb763e31c530fe73a7', 14, 2100, '\x92b74ee8ca1208a107935982eacdafa9ac30ca3b78cec9aec9e9ffda703b0850'),
	('01a21f50-128b-79d1-9d0e-f70f826fc868', 3, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 52, '2023-11-14 22:18:07+00', '2023-11-14 22:18:09+00', '2023-11-14 22:18:09+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-11be-753f-9cda-7c7a511fed62', 15, 1700, '\x6d5a88c0136d3829f2cfc511842cfc8125700e46764be3c1d3cba82aae31fa8d', 23, 98320, '\xa3e46bb26868f330338920a129a9cf3cd005d1f61867e87d1c757744a3d6c4ec'),
	('01a21f50-128b-7eae-a1e8-3aa2a0193ffe', 2, 'transfer', 'rejected', 'currency_mismatch', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 13, '2023-11-14 22:18:07+00', '2023-11-14 22:18:10+00', '2023-11-14 22:18:10+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128b-72a5-b317-8d7b03388dd7', 1, 'transfer', 'rejected', 'unknown_account', '01a21f50-11be-753f-9cda-7c7a511fed62', 'abababab-abab-abab-abab-abababababab', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 56, '2023-11-14 22:18:07+00', '2023-11-14 22:18:11+00', '2023-11-14 22:18:11+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 26, 97920, '\x9b167496b65ae0d7a3fbf36b6a09506a23a32b86fe990c07a009c52c02ff92c4', 18, 2100, '\x33017296ad7075bdc8bdcf58472c0ed7d21c2cb1e50f6b2d661bf86fecb16a4e'),
	('01a21f50-128b-72a5-b317-8d7b03388dd7', 3, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', 'abababab-abab-abab-abab-abababababab', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 56, '2023-11-14 22:18:07+00', '2023-11-14 22:18:11+00', '2023-11-14 22:18:11+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-11be-753f-9cda-7c7a511fed62', 19, 1700, '\x6b4815edf458cb0fe7a51544cbdb410166d76e1ab38d5b58db2b1c3a59f600ef', 27, 98320, '\x76f04547f2b727fb79fbecf0d59e5acd55d3a26252450a03f6e44f7a364fefa2'),
	('01a21f50-128b-7c09-be76-e7892a3660cc', 1, 'deposit', 'rejected', 'unknown_account', 'cdcdcdcd-cdcd-cdcd-cdcd-cdcdcdcdcdcd', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 1, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 58, '2023-11-14 22:18:07+00', '2023-11-14 22:18:13+00', '2023-11-14 22:18:13+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128b-7c2d-b4df-5805109392f6', 1, 'transfer', 'rejected', 'account_frozen', '01a21f50-11f3-7a82-bf78-992276adede5', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 200, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 60, '2023-11-14 22:18:07+00', '2023-11-14 22:18:15+00', '2023-11-14 22:18:15+00', '01a21f50-11f3-7a82-bf78-992276adede5', '7a412a16-2432-cdcb-da07-b9045fb8315c', 2, 4800, '\x9abace5fe1b89c5f24a67e23ac271fad111771481d2a5a630d739abebdc1aa7b', 20, 1900, '\x32e92bcb0f0e337d78f6b4f17fefe947de34db4cf470d14780516ca56ff7d5df'),
	('01a21f50-128b-7c2d-b4df-5805109392f6', 3, 'transfer', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 200, 'EUR', 5000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 60, '2023-11-14 22:18:07+00', '2023-11-14 22:18:15+00', '2023-11-14 22:18:15+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-11f3-7a82-bf78-992276adede5', 21, 1700, '\xb116318e141b6bd96aae481d82bc285078a42e4395a37c99ccb2884d1002d576', 3, 5000, '\xdba8f0480a37a7d1eb362bf30e850c7291f2fbff42e81e6707df91c645064bff'),
	('01a21f50-128b-7095-8020-3fd403e16b9e', 1, 'void', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 300, 'EUR', 5000, NULL, NULL, '01a21f50-128a-7af6-b48e-938cd15d67a0', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 63, '2023-11-14 22:18:07+00', '2023-11-14 22:18:17+00', '2023-11-14 22:18:17+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128b-7f73-90fb-720a3ec5530c', 2, 'transfer', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11f3-7a82-bf78-992276adede5', '01a21f50-11be-787e-a240-06302ac5c4d5', 450, 'EUR', 52280, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 21, '2023-11-14 22:18:07+00', '2023-11-14 22:18:18+00', '2023-11-14 22:18:18+00', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', '01a21f50-11e0-7245-9567-9cd33e34cd24', 5, -2280, '\xdd1cba0fa80ed9c8fea172bd538bf1681ed14c18ab3532b701dc0d7fe987b129', 6, 52280, '\x64f80c676967df29f511a3ff8640eefc4f019f4245bc4883b9ad64c78aca3a1e'),
	('01a21f50-128b-772b-9e8e-b94e0201fd95', 1, 'withdrawal', 'rejected', 'limit_exceeded', '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 51, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 66, '2023-11-14 22:18:07+00', '2023-11-14 22:18:19+00', '2023-11-14 22:18:19+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128b-72a4-808a-3a4e90eba32e', 1, 'withdrawal', 'rejected', 'limit_exceeded', '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 1, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 68, '2023-11-14 22:18:07+00', '2023-11-14 22:18:21+00', '2023-11-14 22:18:21+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12bf-715a-ad2c-7adb0e173e3a', 1, 'withdrawal', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 900, 'EUR', 3600, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 70, '2023-11-15 22:18:22+00', '2023-11-15 22:18:23+00', '2023-11-15 22:18:23+00', '01a21f50-11f3-7a82-bf78-992276adede5', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 6, 3600, '\x11d62f795fe21c27b546dca2f05489f966b58b7455872565311ba0c6c33ff566', 9, -204110, '\x2dd650fdc6ffe6e96c0df9d543db09e9d9eea2d61d5f4dabbeae19713ccf1142'),
	('01a21f50-12c2-7bbf-a786-9be3bebb3fe9', 1, 'freeze', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 72, '2023-11-15 22:18:24+00', '2023-11-15 22:18:25+00', '2023-11-15 22:18:25+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12c6-719e-bca6-950e59cf0b87', 1, 'unfreeze', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 74, '2023-11-15 22:18:26+00', '2023-11-15 22:18:27+00', '2023-11-15 22:18:27+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12ca-73fa-95cf-244fe3778f0e', 1, 'deposit', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 5000, 'EUR', 57280, NULL, NULL, NULL, NULL, 0, 'first', 'req', 1, 22, '2023-11-15 22:18:28+00', '2023-11-15 22:18:29+00', '2023-11-15 22:18:29+00', '8db42b97-a531-8b34-77cc-8e484f05ad73', '01a21f50-11e0-7245-9567-9cd33e34cd24', 2, -55000, '\xc620cce16c573128346863e94cb79760207ea05d391fae3abf8a36193d48d95a', 7, 57280, '\xcbd50aa70f5f8234833969a24e34a2e634fd706c1b86de0d6b015c99f2b32d4b'),
	('01a21f50-12e8-768f-9746-350766000b83', 2, 'transfer', 'rejected', 'account_frozen', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-12db-77a4-831c-7821b98dcc10', '01a21f50-11be-787e-a240-06302ac5c4d5', 130, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 27, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12f8-74db-bd3f-65609f939c95', 1, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-12db-77a4-831c-7821b98dcc10', '01a21f50-11be-787e-a240-06302ac5c4d5', 90, 'EUR', 103241, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 89, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:38.01+00', '2023-11-16 04:18:38.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-12db-77a4-831c-7821b98dcc10', 30, 103241, '\xbeee0e1b6a44950e362ed7832bbbad48eec1033872b7637961f6b73b054480a0', 4, 2840, '\xf5cda6ec8b40d8aab8237bf4f937f2bac7f476a023ef850a4fd365eb2749c755'),
	('01a21f50-12f8-74db-bd3f-65609f939c95', 2, 'transfer', 'completed', NULL, '01a21f50-12db-77a4-831c-7821b98dcc10', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 90, 'EUR', 2840, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 89, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:38.01+00', '2023-11-16 04:18:38.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-137d-74f7-af6f-5373da431018', 1, 'capture', 'rejected', 'account_closed', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', NULL, NULL, NULL, '01a21f50-137d-7513-b30b-7e275d244788', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 34, '2023-11-16 04:19:14.01+00', '2023-11-16 04:19:16.01+00', '2023-11-16 04:19:16.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128b-7eae-a1e8-3aa2a0193ffe', 1, 'transfer', 'rejected', 'currency_mismatch', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 54, '2023-11-14 22:18:07+00', '2023-11-14 22:18:10+00', '2023-11-14 22:18:10+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 24, 97920, '\x60fe9e0c6db934f41c5c2eaf9a75c0cbcfc6c90a55d2bdbf4f62acfab81ed656', 16, 2100, '\xc0fd9873706544bbbc0881c45a31d73c5837414aeba0747874b5a0629a6e111e'),
	('01a21f50-128b-7eae-a1e8-3aa2a0193ffe', 3, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 54, '2023-11-14 22:18:07+00', '2023-11-14 22:18:10+00', '2023-11-14 22:18:10+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-11be-753f-9cda-7c7a511fed62', 17, 1700, '\x4bc0e90ca1dd88930678f5825cfc5469cb84302f0e4f43e0bb5f519f278e406d', 25, 98320, '\x26f4df0b371ef058d7703d0f8f634377d6fe1b44b22e0fc16dd213b1cfd5b722'),
	('01a21f50-128b-72a5-b317-8d7b03388dd7', 2, 'transfer', 'rejected', 'unknown_account', 'abababab-abab-abab-abab-abababababab', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 18, '2023-11-14 22:18:07+00', '2023-11-14 22:18:11+00', '2023-11-14 22:18:11+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128b-792f-a715-a85e30386593', 1, 'withdrawal', 'rejected', 'insufficient_funds', '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 10000000, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 19, '2023-11-14 22:18:07+00', '2023-11-14 22:18:12+00', '2023-11-14 22:18:12+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128b-7f56-bf5f-cc266c4fad67', 1, 'deposit', 'rejected', 'currency_mismatch', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 1, 'USD', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 59, '2023-11-14 22:18:07+00', '2023-11-14 22:18:14+00', '2023-11-14 22:18:14+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128b-7c2d-b4df-5805109392f6', 2, 'transfer', 'rejected', 'account_frozen', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11f3-7a82-bf78-992276adede5', '01a21f50-11be-787e-a240-06302ac5c4d5', 200, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 20, '2023-11-14 22:18:07+00', '2023-11-14 22:18:15+00', '2023-11-14 22:18:15+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128a-7af6-b48e-938cd15d67a0', 1, 'hold', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 300, 'EUR', 5000, NULL, NULL, '01a21f50-128a-7af6-b48e-938cd15d67a0', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 62, '2023-11-14 22:18:07+00', '2023-11-14 22:18:16+00', '2023-11-14 22:18:16+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-128b-7f73-90fb-720a3ec5530c', 1, 'transfer', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 450, 'EUR', 4550, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 64, '2023-11-14 22:18:07+00', '2023-11-14 22:18:18+00', '2023-11-14 22:18:18+00', '01a21f50-11f3-7a82-bf78-992276adede5', '7a412a16-2432-cdcb-da07-b9045fb8315c', 4, 4550, '\xe3b6bee9795ac08d3eb18486338964a3307f890f13a41ceb1e9ce0c36bdd3951', 22, 2150, '\xd99546ca82e4182280eec42fc72152c872a331f0f56aeda0b6f809bbc9bd51d7'),
	('01a21f50-128b-719f-bb41-081d25c234a0', 1, 'withdrawal', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 50, 'EUR', 4500, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 67, '2023-11-14 22:18:07+00', '2023-11-14 22:18:20+00', '2023-11-14 22:18:20+00', '01a21f50-11f3-7a82-bf78-992276adede5', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 5, 4500, '\xc4f556f20edf183d47de8572b57db7c9c4bfda257745e12ef7fced3ee673e3b8', 8, -205010, '\xc79305435016129cf99e8f171ebf53c617aebcbc334bbf03892ad616d068ffaf'),
	('01a21f50-128b-7c9f-b33b-73d238c473f8', 1, 'withdrawal', 'rejected', 'limit_exceeded', '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 1, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 69, '2023-11-14 22:18:07+00', '2023-11-14 22:18:22+00', '2023-11-14 22:18:22+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12bf-79ca-9e4d-f5743647a962', 1, 'withdrawal', 'rejected', 'limit_exceeded', '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 101, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 71, '2023-11-15 22:18:22+00', '2023-11-15 22:18:24+00', '2023-11-15 22:18:24+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12c2-7d21-a368-9b45fc2ef64b', 1, 'withdrawal', 'rejected', 'account_frozen', '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 1, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 73, '2023-11-15 22:18:24+00', '2023-11-15 22:18:26+00', '2023-11-15 22:18:26+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12c6-765c-a171-59a1fad34180', 1, 'withdrawal', 'completed', NULL, '01a21f50-11f3-7a82-bf78-992276adede5', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 2, 'EUR', 3598, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 75, '2023-11-15 22:18:26+00', '2023-11-15 22:18:28+00', '2023-11-15 22:18:28+00', '01a21f50-11f3-7a82-bf78-992276adede5', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 7, 3598, '\xf00d9dafb81530addba7554610ad76ea858849d80fb79b9daea8e42db28c96ca', 10, -204108, '\xa4480ec9ae92359d38f87b4aa9a9692227c36b6107779edc518fa54236807b46'),
	('01a21f50-12cf-7ca7-b59e-133fc0f6eba2', 1, 'deposit', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 5000, 'EUR', 103320, NULL, NULL, NULL, NULL, 0, 'first', 'req', 0, 77, '2023-11-16 01:18:31+00', '2023-11-16 01:18:32+00', '2023-11-16 01:18:32+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f50-11be-753f-9cda-7c7a511fed62', 11, -209108, '\x3d80f90d13ec3caf9e550d6c0088308eb07e5515219880dcd9fb28dbccffb61a', 28, 103320, '\xc01610cd97831ecbe2aaad0c7542865ec8bc2061052997b0bf3eaa206e4df65e'),
	('01a21f50-12d5-75fe-bc63-968e2b5a6dc1', 1, 'deposit', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 11, 'EUR', 19881, NULL, NULL, NULL, NULL, 0, 'wins', 'req', 2, 15, '2023-11-16 04:18:34+00', '2023-11-16 04:18:35.005+00', '2023-11-16 04:18:35.005+00', '017762ee-1f7c-b066-c4b5-0daee051b213', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 2, -20011, '\xb2b40981f03b35c69c47a0c711afc233b5a6fd27212ab16c5c56f750bfcf5247', 5, 19881, '\xcd8ed8c4f085d23db18c223057f0561c2fbfed10e31e9a36ba3556ba28659672'),
	('01a21f50-12d8-77bb-8982-29b02c4f0d84', 1, 'deposit', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 11, 'EUR', 103331, NULL, NULL, NULL, NULL, 0, 'wins', 'req', 0, 80, '2023-11-16 04:18:35.005+00', '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f50-11be-753f-9cda-7c7a511fed62', 12, -209119, '\x2cc9f54eaf8b9c4b3a32d0a775a5dbc8839ff38e3500079decfc4758fd0517ba', 29, 103331, '\x9cba0102bd13ea11c3f68a0b2c69ffceaea1577888beb22167a74880a4bcaf66'),
	('01a21f50-12db-77a4-831c-7821b98dcc10', 1, 'account_opening', 'completed', NULL, '01a21f50-12db-77a4-831c-7821b98dcc10', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 81, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12dd-77d7-85cb-4a375b8e0251', 1, 'deposit', 'completed', NULL, '01a21f50-12db-77a4-831c-7821b98dcc10', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 3000, 'EUR', 3000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 82, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f50-12db-77a4-831c-7821b98dcc10', 13, -212119, '\x74b5f1bcfb1e466af4fd6b1460367fe82cb03582c518c91afcbdbd262ed53c63', 1, 3000, '\x9d157c388d89bfe150884553bea3c9e42531a1718ee398ebad9cedce5d838946'),
	('01a21f50-12e0-732b-a86d-be987cb64fc7', 1, 'account_opening', 'completed', NULL, '01a21f50-12e0-732b-a86d-be987cb64fc7', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 16, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12e2-74d2-a481-f220630d32e6', 1, 'deposit', 'completed', NULL, '01a21f50-12e0-732b-a86d-be987cb64fc7', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 3000, 'EUR', 3000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 17, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '017762ee-1f7c-b066-c4b5-0daee051b213', '01a21f50-12e0-732b-a86d-be987cb64fc7', 3, -23011, '\xb4e33476eea15933baeaf5ddeef7c80164bdae73473ae998bb908f03b50732b3', 1, 3000, '\xa083f4bb0f692f679a78c974f66cc20e6c2be8399bc123eab90bd12a31396123'),
	('01a21f50-12e4-75c8-a84c-89732bd68fda', 1, 'account_opening', 'completed', NULL, '01a21f50-12e4-75c8-a84c-89732bd68fda', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 25, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12e6-78d5-aa4a-671a956f14ca', 1, 'deposit', 'completed', NULL, '01a21f50-12e4-75c8-a84c-89732bd68fda', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 3000, 'EUR', 3000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 26, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '8db42b97-a531-8b34-77cc-8e484f05ad73', '01a21f50-12e4-75c8-a84c-89732bd68fda', 3, -58000, '\x1eece3bbef99bcb39bad5827dc0130d53a322ee8231e7489e91deac4673f1ace', 1, 3000, '\xf7fd789c170eaec2811e647fda7d688894be92c8769b93cb467c4a0776db86f1'),
	('01a21f50-12e8-768e-acdb-c8982469d959', 1, 'transfer', 'pending', NULL, '01a21f50-12db-77a4-831c-7821b98dcc10', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-787e-a240-06302ac5c4d5', 120, 'EUR', 2880, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 83, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', NULL, '01a21f50-12db-77a4-831c-7821b98dcc10', '7a412a16-2432-cdcb-da07-b9045fb8315c', 2, 2880, '\xc352e402e0491ce5a6cd041247c3e63eaf5be46597b6aa9cd47cc4757a4d1a36', 23, 2270, '\x1f51a70aee2ef9e8568625700f10e4352d6cc6858c39e055d0536739fea4a658'),
	('01a21f50-12e8-768f-9746-350766000b83', 1, 'transfer', 'pending', NULL, '01a21f50-12db-77a4-831c-7821b98dcc10', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 130, 'EUR', 2750, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 84, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', NULL, '01a21f50-12db-77a4-831c-7821b98dcc10', '7a412a16-2432-cdcb-da07-b9045fb8315c', 3, 2750, '\x63f1d14eb0463f8f6ef13bab2f6970b880955751ee79ba12a770ed34e74cc613', 24, 2400, '\xcb06bf83b7dc42f579d1a5c1de7a5d57280d780e4ceb71fc41c8b9564d825fca'),
	('01a21f50-12e8-768e-acdb-c8982469d959', 2, 'transfer', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-12db-77a4-831c-7821b98dcc10', '01a21f50-11be-787e-a240-06302ac5c4d5', 120, 'EUR', 20001, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 18, '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '2023-11-16 04:18:36.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 4, 10, '\x4c7cb72e8f4bb558ae78f149e4bdb4490fbc835dfc30439e4afdd1384d7c0af8', 6, 20001, '\x9005b5b96b8a75d47f21c4a9a4dff7446abb2386fbac3d85a37188632f06fabd'),
	('01a21f50-130a-79f1-b278-90c1513a94ca', 1, 'parked_resolution', 'rejected', 'still_failing', '01a21f50-12e4-75c8-a84c-89732bd68fda', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 31, '2023-11-16 04:18:43.01+00', '2023-11-16 04:18:44.01+00', '2023-11-16 04:18:44.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1308-7057-86d8-5970a83ef929', 1, 'deposit', 'completed', NULL, '01a21f50-12e4-75c8-a84c-89732bd68fda', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 3, 'EUR', 3003, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 30, '2023-11-16 04:18:42.01+00', '2023-11-16 04:18:45.01+00', '2023-11-16 04:18:45.01+00', '8db42b97-a531-8b34-77cc-8e484f05ad73', '01a21f50-12e4-75c8-a84c-89732bd68fda', 4, -58003, '\x89660fd4110db52a4c3e2c1a0b081cda5ee1a20b84860c1e9b776517afc54587', 2, 3003, '\x898983d7e6ecbdc58971eb3f6c5368a659c4fb41d4cb058bede0c7f789b0a5a4'),
	('01a21f50-130f-7d83-9017-5404b395c84b', 1, 'parked_resolution', 'rejected', 'not_parked', '01a21f50-12e4-75c8-a84c-89732bd68fda', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 33, '2023-11-16 04:18:45.01+00', '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:46.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-131e-73eb-8b51-a999ac45a514', 1, 'withdrawal', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 500, 'EUR', 103397, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 2, '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:48.01+00', '2023-11-16 04:18:48.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'd9c245b5-daa5-2bdd-2f0a-d71c7f7b6899', 33, 103397, '\x5e3549042c34f35b4261a50cdd08ad140cae0f53372ffedd691b89766501d4cf', 2, -200, '\x1aebf5a5d25a6302d23ef5e175676b9898d09a64503393e7903dd7ba412dbbed'),
	('01a21f50-131e-78d4-ba69-747a834d48cc', 1, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-787e-a240-06302ac5c4d5', 300, 'EUR', 101097, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 5, '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:50.01+00', '2023-11-16 04:18:50.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 35, 101097, '\xb34742de35a330b7ee626ace2d25c75738c697cdc4d6ac4d914ae382849ebad1', 2, 2300, '\x204fa345d26afa4d32be5a4564d3d38dc6bd92315dc565b706486b009e2aa9d6'),
	('01a21f50-131e-76f3-87b8-7ffae13c4d2f', 2, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-7a92-be15-c51377cb5b9c', 250, 'EUR', 101347, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 7, '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:51.01+00', '2023-11-16 04:18:51.01+00', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', '01a21f50-11be-753f-9cda-7c7a511fed62', 3, 2050, '\xe9e51fcc0e7594a3336c6258c8879955d11202d6d132d267df8e08f8fc4f7c25', 36, 101347, '\xf21e302914af2016a37e7731b62d128ece59e19fdd3b4f01a32ffd8f9387d5fc'),
	('01a21f50-131e-7a79-a288-2cc26ba76584', 1, 'transfer', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 59220, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 27, '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:52.01+00', '2023-11-16 04:18:52.01+00', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 9, 59220, '\x80fa33658094b921b69717adb2588ad0348cd3b700d4520fabd1efd7ebee3eb0', 8, 19811, '\x68303269e084c791d6a84300d579fff282c973974f9444d27796ae9f7d8be114'),
	('01a21f50-131e-7a79-a288-2cc26ba76584', 2, 'transfer', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 19811, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 27, '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:52.01+00', '2023-11-16 04:18:52.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-131e-7080-b671-efb4f3448920', 2, 'transfer', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 2000, 'EUR', 59280, NULL, NULL, NULL, NULL, 150, 'ffffffffffffffffffffffffffffffff', 'req', 2, 24, '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:49.01+00', '2023-11-16 04:18:49.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f50-11e0-7245-9567-9cd33e34cd24', 5, -1990, '\xa9b12b9168f0d82864d4ee70cf33af23e78760fbbf7724ddd170c80c0d70badd', 8, 59280, '\x0755203eeb2c68b55121dbcc3696aa0e1e7caaf069c721b3bca75ba0c8b68082'),
	('01a21f50-1335-7c4d-8ce8-8255ea910c8a', 2, 'reversal', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 150, 'EUR', 101497, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 8, '2023-11-16 04:18:52.01+00', '2023-11-16 04:18:53.01+00', '2023-11-16 04:18:53.01+00', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', '01a21f50-11be-753f-9cda-7c7a511fed62', 4, 1900, '\x2d5fde91ddea391aa5d23c0bf4a0f510cdea0cd6c46e86b3a3e7244eb27de652', 37, 101497, '\xadb0a6abc0bd685c933ca822ef37785e08d7a6881a4a19c4f7554316cfdb71e9'),
	('01a21f50-1335-7d18-be15-a5c5967028ea', 1, 'reversal', 'completed', NULL, '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 300, 'EUR', 100040, NULL, NULL, NULL, '01a21f50-131e-78d4-ba69-747a834d48cc', 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 36, '2023-11-16 04:18:52.01+00', '2023-11-16 04:18:54.01+00', '2023-11-16 04:18:54.01+00', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', 6, 100040, '\xe749f08a5e55c09081695f1906256fd26e224515201992342114ddadcb17140d', 7, -2280, '\x73a7e8bdce3c6b53aaebc0d08d7f8b67384ba4f185e3a4c36a5c0755225e1ddf'),
	('01a21f50-1335-72ab-8c40-c4213ee2a20d', 1, 'reversal', 'rejected', 'exceeds_original', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 10000, 'EUR', NULL, NULL, NULL, NULL, '01a21f50-131e-7080-b671-efb4f3448920', 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 30, '2023-11-16 04:18:52.01+00', '2023-11-16 04:18:56.01+00', '2023-11-16 04:18:56.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1347-7767-8eb3-a71d963edfc7', 1, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 101657, NULL, NULL, '01a21f50-1346-7fe5-8a8a-a0f4bc1d0a73', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 12, '2023-11-16 04:18:56.01+00', '2023-11-16 04:18:58.01+00', '2023-11-16 04:18:58.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'd9c245b5-daa5-2bdd-2f0a-d71c7f7b6899', 40, 101657, '\x4696402b0823517f21d119b7e7169d256ddccb957c10c9e5363f79dfb3cd3f72', 4, -60, '\x4b7d9a2386a4ef7ea16ce7370286d06640314bdff507f85efee1c59a2042a182'),
	('01a21f50-134d-76b7-856f-0fc700e13a60', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101657, NULL, NULL, '01a21f50-134d-76b7-856f-0fc700e13a60', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 14, '2023-11-16 04:18:59.01+00', '2023-11-16 04:19:00.01+00', '2023-11-16 04:19:00.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-134d-703e-b110-bac41a3af8f9', 2, 'capture', 'completed', NULL, '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 100080, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 38, '2023-11-16 04:18:59.01+00', '2023-11-16 04:19:01.01+00', '2023-11-16 04:19:01.01+00', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', 8, -2320, '\x66cfebd0a59a7c22a5efe6e617acc2e7bd3f8c883f60c76e0f479e6901f885de', 7, 100080, '\x19f0b383965d5860312211def10c3cdad1a16896da79de1ddd217b24747088cd'),
	('01a21f50-1355-726c-957c-0eec377fbef9', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-134d-76b7-856f-0fc700e13a60', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 17, '2023-11-16 04:19:01.01+00', '2023-11-16 04:19:02.01+00', '2023-11-16 04:19:02.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1357-7394-9ad9-60fdeea33b57', 1, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 101577, NULL, NULL, '01a21f50-1357-7dfa-b150-bcc055566768', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 19, '2023-11-16 04:19:02.01+00', '2023-11-16 04:19:04.01+00', '2023-11-16 04:19:04.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 42, 101577, '\x60e663593049b49f9729e42efec81748007f8b4b184fe5bab8d14355353bd7f2', 7, 1680, '\xc055437cda316bd956a9a1a22898627fca30abcafdb3e4c3087525831eb87b0b'),
	('01a21f50-1362-74ee-bf3c-76bbb09d3e50', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101577, NULL, NULL, '01a21f50-1362-74ee-bf3c-76bbb09d3e50', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 22, '2023-11-16 04:19:05.01+00', '2023-11-16 04:19:06.01+00', '2023-11-16 04:19:06.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1362-74ff-81f2-489ad132f26d', 2, 'capture', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 19871, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 32, '2023-11-16 04:19:05.01+00', '2023-11-16 04:19:07.01+00', '2023-11-16 04:19:07.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 9, -1690, '\x0da549b6b075d3855c5be7429c8df9adf3db136031f4171f3f12c0c498504947', 9, 19871, '\x7f1eb0f17152aa6fae0376c469ebbe017f0185f79504b99991ae59337c6773bf'),
	('01a21f50-136a-7abf-b7aa-1b176b875eab', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-1362-74ee-bf3c-76bbb09d3e50', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 25, '2023-11-16 04:19:07.01+00', '2023-11-16 04:19:08.01+00', '2023-11-16 04:19:08.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-136c-75a2-ab00-7f8db8ea2ad8', 1, 'capture', 'rejected', 'account_frozen', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', NULL, NULL, NULL, '01a21f50-136c-7ead-87d4-c816a0923d1a', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 27, '2023-11-16 04:19:08.01+00', '2023-11-16 04:19:10.01+00', '2023-11-16 04:19:10.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 44, 101477, '\xab8d46cde9acc4a75832d511a1bc7465ba442b9ba9ab1ad3ce5eb2008bcd215a', 9, 1780, '\xef17b7af17d07c05d02c95eb317f8f0596e24a9675bfb843f2f1cc7779d05dc3'),
	('01a21f50-136c-75a2-ab00-7f8db8ea2ad8', 3, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 101517, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 27, '2023-11-16 04:19:08.01+00', '2023-11-16 04:19:10.01+00', '2023-11-16 04:19:10.01+00', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', '01a21f50-11be-753f-9cda-7c7a511fed62', 10, 1740, '\x79c4ead37e4401ce2d122af5dfd665ca7e867a0fbd8d1ea789a89dd2c97b89b5', 45, 101517, '\x63da03626f78069779397a720234a2e140f2e1006094f56664fa39bd1d568e25'),
	('01a21f50-1377-770d-8960-788f1724d52d', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101517, NULL, NULL, '01a21f50-1377-770d-8960-788f1724d52d', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 30, '2023-11-16 04:19:11.01+00', '2023-11-16 04:19:12.01+00', '2023-11-16 04:19:12.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-137b-731d-b38b-638ec68f745f', 1, 'void', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101517, NULL, NULL, '01a21f50-1377-770d-8960-788f1724d52d', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 32, '2023-11-16 04:19:13.01+00', '2023-11-16 04:19:14.01+00', '2023-11-16 04:19:14.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1301-7dc2-a2b8-d75b213714c0', 1, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-12e0-732b-a86d-be987cb64fc7', '01a21f50-11be-787e-a240-06302ac5c4d5', 44, 'EUR', 103197, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 90, '2023-11-16 04:18:40.01+00', '2023-11-16 04:18:41.01+00', '2023-11-16 04:23:32.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', '7a412a16-2432-cdcb-da07-b9045fb8315c', 31, 103197, '\x9c67b246e3901e2df3628d2eb1353dcb91a412398d45dcc2ef3b674674604214', 25, 2444, '\xd392321a0cc80e0896c8a59052ad37b99222d487bd3e5e685d22e9f8606b7663'),
	('01a21f50-131e-7080-b671-efb4f3448920', 1, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 2000, 'EUR', 101397, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 3, '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:49.01+00', '2023-11-16 04:18:49.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 34, 101397, '\xd66819074202a443b6d05a174daaaa66cd0f96f132e57a8aff0ba9ab003aa7f8', 1, 2000, '\x54a4bcd274fff20ab4894b4b2a7b399060cbab4bc09d76b664d37321c04a94ea'),
	('01a21f50-131e-76f3-87b8-7ffae13c4d2f', 1, 'transfer', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-7a92-be15-c51377cb5b9c', 250, 'EUR', 19751, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 25, '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:51.01+00', '2023-11-16 04:18:51.01+00', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '5cca0455-f770-c798-85c3-7c88f160dd5b', 7, 19751, '\x6517b6952b284dad80fec460854246033bbe681660b7bd8bf92f0607f004092f', 6, -1740, '\xa06a47d3402c920ee08a75f5dc31d5022846df487aaa95004d5d1eea9b608cce'),
	('01a21f50-1335-7c4d-8ce8-8255ea910c8a', 1, 'reversal', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 150, 'EUR', 59070, NULL, NULL, NULL, '01a21f50-131e-7080-b671-efb4f3448920', 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 28, '2023-11-16 04:18:52.01+00', '2023-11-16 04:18:53.01+00', '2023-11-16 04:18:53.01+00', '01a21f50-11e0-7245-9567-9cd33e34cd24', '5cca0455-f770-c798-85c3-7c88f160dd5b', 10, 59070, '\x320dd90fd2d25063c1d9fa703d7c0e8ddecd21b8b60c38f1dbfbcb0385d9777c', 7, -1590, '\xdfbabca63c0f875a65f1c49b431641c968fa4cf16dc25b09c4c306beb145b77d'),
	('01a21f50-131e-78d4-ba69-747a834d48cc', 2, 'transfer', 'completed', NULL, '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 300, 'EUR', 100340, NULL, NULL, NULL, NULL, 300, 'ffffffffffffffffffffffffffffffff', 'req', 1, 35, '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:50.01+00', '2023-11-16 04:18:50.01+00', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', 6, -2580, '\xf5fe2fc7ed6fe0e8fadd7a66c8178fe294328652c5c94c07b62f2f3625d14b44', 5, 100340, '\xadbe504d916003e7e17acca54fddcbef7feba9b2bdc2fc8637d85930c3271528'),
	('01a21f50-1335-7d18-be15-a5c5967028ea', 2, 'reversal', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-787e-a240-06302ac5c4d5', 300, 'EUR', 101797, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 9, '2023-11-16 04:18:52.01+00', '2023-11-16 04:18:54.01+00', '2023-11-16 04:18:54.01+00', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', '01a21f50-11be-753f-9cda-7c7a511fed62', 5, 1600, '\x87232272985925c3fb17a978f1dcd7879005f0b166cfe713d6ee485d46edc455', 38, 101797, '\xc3d43ee912b528610f299b4c98531697787e00f4fe83bfaf6d68c8014d04c34b'),
	('01a21f50-131e-7ab0-b139-87d0575d5749', 1, 'deposit', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 700, 'EUR', 103897, 'tab	and \ é', NULL, NULL, NULL, 100, 'ffffffffffffffffffffffffffffffff', 'r-1', 3, 1, '2023-11-16 04:18:46.01+00', '2023-11-16 04:18:47.01+00', '2023-11-16 04:18:47.01+00', 'd9c245b5-daa5-2bdd-2f0a-d71c7f7b6899', '01a21f50-11be-753f-9cda-7c7a511fed62', 1, -700, '\x69e909f311480e00fcd0a12f40a1da1a80594869bc4e7229a2b21fbaaa6260fa', 32, 103897, '\xa969fc88bfd9ca5be98d5120d6b47503e96389a91a9e828a9c53e782a9ffa95d'),
	('01a21f50-1335-7823-add6-266ff010ed20', 1, 'reversal', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 100, 'EUR', 101697, NULL, NULL, NULL, '01a21f50-131e-7ab0-b139-87d0575d5749', 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 10, '2023-11-16 04:18:52.01+00', '2023-11-16 04:18:55.01+00', '2023-11-16 04:18:55.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'd9c245b5-daa5-2bdd-2f0a-d71c7f7b6899', 39, 101697, '\xcad0dc4fd68fea4966a58c9c0e81e50ce168208feca6e72c36797ddf4f433143', 3, -100, '\x1070fb8872a835f31a6a365ba30e00ea70a6061c5eb9bb1e54783d909cde212d'),
	('01a21f50-1346-7fe5-8a8a-a0f4bc1d0a73', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101697, NULL, NULL, '01a21f50-1346-7fe5-8a8a-a0f4bc1d0a73', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 11, '2023-11-16 04:18:56.01+00', '2023-11-16 04:18:57.01+00', '2023-11-16 04:18:57.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-134b-7962-b28b-f2bb28de2053', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-1346-7fe5-8a8a-a0f4bc1d0a73', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 13, '2023-11-16 04:18:58.01+00', '2023-11-16 04:18:59.01+00', '2023-11-16 04:18:59.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-134d-703e-b110-bac41a3af8f9', 1, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11db-7eb5-b34c-3ff7b667f9a1', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 101617, NULL, NULL, '01a21f50-134d-76b7-856f-0fc700e13a60', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 15, '2023-11-16 04:18:59.01+00', '2023-11-16 04:19:01.01+00', '2023-11-16 04:19:01.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 41, 101617, '\xe08dd255a8f4f77c1a7af7740a763be719753ec00c8eeb6187a6c053b91101b1', 6, 1640, '\x3d784fb06b61de868d30d298ad207081fe6538d388f142ed60df3215f6e83692'),
	('01a21f50-1357-7dfa-b150-bcc055566768', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101617, NULL, NULL, '01a21f50-1357-7dfa-b150-bcc055566768', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 18, '2023-11-16 04:19:02.01+00', '2023-11-16 04:19:03.01+00', '2023-11-16 04:19:03.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1357-7394-9ad9-60fdeea33b57', 2, 'capture', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', 59110, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 31, '2023-11-16 04:19:02.01+00', '2023-11-16 04:19:04.01+00', '2023-11-16 04:19:04.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f50-11e0-7245-9567-9cd33e34cd24', 8, -1630, '\x05ccb9620d96b3b5bd0d886be53c5a1444207904c1c1aef0c1b24f52dbc79d6b', 11, 59110, '\x0e1e3ce1864196acb67b67a0e82071e83b7f0e49598316fcb75ecf6caa7d76e0'),
	('01a21f50-135f-7d72-94a5-9ca50791bbb6', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-1357-7dfa-b150-bcc055566768', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 21, '2023-11-16 04:19:04.01+00', '2023-11-16 04:19:05.01+00', '2023-11-16 04:19:05.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1362-74ff-81f2-489ad132f26d', 1, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101517, NULL, NULL, '01a21f50-1362-74ee-bf3c-76bbb09d3e50', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 23, '2023-11-16 04:19:05.01+00', '2023-11-16 04:19:07.01+00', '2023-11-16 04:19:07.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 43, 101517, '\xd84331dcb9f79b5e2823761b1f1e3ded4c993e2e6d1b5fe549b4921b5c8c3850', 8, 1740, '\x5b2cd8e2f24670a92e63e425252c1e3efc10a7cd08e098e4ff2b11df52eed418'),
	('01a21f50-136c-7ead-87d4-c816a0923d1a', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101517, NULL, NULL, '01a21f50-136c-7ead-87d4-c816a0923d1a', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 26, '2023-11-16 04:19:08.01+00', '2023-11-16 04:19:09.01+00', '2023-11-16 04:19:09.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-136c-75a2-ab00-7f8db8ea2ad8', 2, 'capture', 'rejected', 'account_frozen', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 93, '2023-11-16 04:19:08.01+00', '2023-11-16 04:19:10.01+00', '2023-11-16 04:19:10.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1375-7439-a1b6-517788b862fc', 1, 'void', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', NULL, NULL, NULL, '01a21f50-136c-7ead-87d4-c816a0923d1a', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 29, '2023-11-16 04:19:10.01+00', '2023-11-16 04:19:11.01+00', '2023-11-16 04:19:11.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1377-76b1-ac30-3512bc5e77bd', 1, 'capture', 'rejected', 'currency_mismatch', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-787e-a240-06302ac5c4d5', 40, 'EUR', NULL, NULL, NULL, '01a21f50-1377-770d-8960-788f1724d52d', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 31, '2023-11-16 04:19:11.01+00', '2023-11-16 04:19:13.01+00', '2023-11-16 04:19:13.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-137d-7513-b30b-7e275d244788', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101517, NULL, NULL, '01a21f50-137d-7513-b30b-7e275d244788', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 33, '2023-11-16 04:19:14.01+00', '2023-11-16 04:19:15.01+00', '2023-11-16 04:19:15.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1381-71ab-9aa2-05b9c286ad61', 1, 'void', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101517, NULL, NULL, '01a21f50-137d-7513-b30b-7e275d244788', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 35, '2023-11-16 04:19:16.01+00', '2023-11-16 04:19:17.01+00', '2023-11-16 04:19:17.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1384-76f4-8f03-74ccb657882d', 1, 'capture', 'rejected', 'amount_exceeds_hold', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 4000, 'EUR', NULL, NULL, NULL, '01a21f50-1384-72f0-8a3c-f326504976d5', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 37, '2023-11-16 04:19:17.01+00', '2023-11-16 04:19:19.01+00', '2023-11-16 04:19:19.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-138a-793c-a990-6d6f980faf88', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 75, 'EUR', 101517, NULL, NULL, '01a21f50-138a-793c-a990-6d6f980faf88', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 39, '2023-11-16 04:19:20.01+00', '2023-11-16 04:19:21.01+00', '2023-11-16 04:19:21.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b9cc9c99-2962-8d6d-40e2-f3618a9487c2', 1, 'hold_expiry', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, NULL, 75, 'EUR', 101517, NULL, NULL, '01a21f50-138a-793c-a990-6d6f980faf88', NULL, 0, '', '', 3, 41, '2023-11-16 04:21:22.01+00', '2023-11-16 04:21:23.01+00', '2023-11-16 04:21:23.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('4d275943-6a2b-3a2b-fc18-086cb31a71e6', 1, 'hold_expiry', 'rejected', 'expiry_not_due', '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, NULL, 75, 'EUR', NULL, NULL, NULL, '01a21f50-1394-74a2-8bd1-2e87cb173b78', NULL, 0, '', '', 2, 34, '2023-11-16 04:21:25.01+00', '2023-11-16 04:21:27.01+00', '2023-11-16 04:21:27.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1398-7a43-981b-b3e1064ea39f', 1, 'capture', 'rejected', 'hold_not_open', '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 75, 'EUR', NULL, NULL, NULL, '01a21f50-1394-74a2-8bd1-2e87cb173b78', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 36, '2023-11-16 04:23:27.01+00', '2023-11-16 04:23:29.01+00', '2023-11-16 04:23:29.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12fc-71f7-a012-c7acfb7335f5', 1, 'deposit', 'rejected', 'discarded', '01a21f50-12e0-732b-a86d-be987cb64fc7', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 1, 'EUR', NULL, '\0', NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 19, '2023-11-16 04:18:38.01+00', '2023-11-16 04:23:32.01+00', '2023-11-16 04:23:32.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1384-72f0-8a3c-f326504976d5', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101517, NULL, NULL, '01a21f50-1384-72f0-8a3c-f326504976d5', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 36, '2023-11-16 04:19:17.01+00', '2023-11-16 04:19:18.01+00', '2023-11-16 04:19:18.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1388-7074-a3df-3df603907ed1', 1, 'void', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101517, NULL, NULL, '01a21f50-1384-72f0-8a3c-f326504976d5', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 38, '2023-11-16 04:19:19.01+00', '2023-11-16 04:19:20.01+00', '2023-11-16 04:19:20.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('615ab3c0-44ab-78ac-087c-cf331d53ca0d', 1, 'hold_expiry', 'rejected', 'expiry_not_due', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, NULL, 75, 'EUR', NULL, NULL, NULL, '01a21f50-138a-793c-a990-6d6f980faf88', NULL, 0, '', '', 3, 40, '2023-11-16 04:19:20.01+00', '2023-11-16 04:19:22.01+00', '2023-11-16 04:19:22.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-138e-7b3a-ac98-b69071cb7197', 1, 'capture', 'rejected', 'hold_not_open', '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 75, 'EUR', NULL, NULL, NULL, '01a21f50-138a-793c-a990-6d6f980faf88', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 42, '2023-11-16 04:21:22.01+00', '2023-11-16 04:21:24.01+00', '2023-11-16 04:21:24.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1394-74a2-8bd1-2e87cb173b78', 1, 'hold', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 75, 'EUR', 59110, NULL, NULL, '01a21f50-1394-74a2-8bd1-2e87cb173b78', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 33, '2023-11-16 04:21:25.01+00', '2023-11-16 04:21:26.01+00', '2023-11-16 04:21:26.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('5b89cd5a-687f-cbca-c728-e33439ff7069', 1, 'hold_expiry', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, NULL, 75, 'EUR', 59110, NULL, NULL, '01a21f50-1394-74a2-8bd1-2e87cb173b78', NULL, 0, '', '', 2, 35, '2023-11-16 04:23:27.01+00', '2023-11-16 04:23:28.01+00', '2023-11-16 04:23:28.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12fc-7d57-8809-6b6f41613582', 2, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-12e0-732b-a86d-be987cb64fc7', '01a21f50-11be-787e-a240-06302ac5c4d5', 33, 'EUR', 101550, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 44, '2023-11-16 04:18:38.01+00', '2023-11-16 04:23:32.01+00', '2023-11-16 04:23:32.01+00', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', '01a21f50-11be-753f-9cda-7c7a511fed62', 11, 1707, '\xcaa8c87966dfeaee07536c66d66a8bc3d3957445882605389a375518623a1294', 46, 101550, '\x7d4d7778c40108fe81c34703eb8c7045a3a714b8f5f6bd3412e96755e5631607'),
	('01a21f50-13ad-71e2-815b-6c655abb79df', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101550, NULL, NULL, '01a21f50-13ad-71e2-815b-6c655abb79df', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 48, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:36.01+00', '2023-11-16 04:24:36.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13ad-7485-897b-1578f6ee55e7', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101550, NULL, NULL, '01a21f50-13ad-7485-897b-1578f6ee55e7', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 50, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:38.01+00', '2023-11-16 04:24:38.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13ad-7d02-9e1c-3c9f1c2e8896', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 31, 'EUR', 101550, NULL, NULL, '01a21f50-13ad-7d02-9e1c-3c9f1c2e8896', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 52, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:40.01+00', '2023-11-16 04:24:40.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13ad-7362-bda7-e8ba330d7413', 1, 'hold', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 31, 'EUR', 59110, NULL, NULL, '01a21f50-13ad-7362-bda7-e8ba330d7413', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 40, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:42.01+00', '2023-11-16 04:24:42.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13ad-781a-a62b-82ffceadface', 1, 'hold', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 31, 'EUR', 19871, NULL, NULL, '01a21f50-13ad-781a-a62b-82ffceadface', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 42, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:44.01+00', '2023-11-16 04:24:44.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13c3-717c-902f-2f4efdf866d7', 1, 'capture', 'pending', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 45, 'EUR', 101460, NULL, NULL, '01a21f50-13ad-71e2-815b-6c655abb79df', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 54, '2023-11-16 04:24:45.01+00', '2023-11-16 04:24:47.01+00', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 48, 101460, '\x14f6146ad4e326a4d39cc28fa0005e7327e2ddc0a13948fa32439f6ff587e8d9', 13, 1797, '\xf6a4e9a2e35063f357d9512b58602d2f56857132a16d55e945f32265a4986be4'),
	('01a21f50-13c3-731b-85ba-3c53c2dcdb1f', 1, 'transfer', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-787e-a240-06302ac5c4d5', 21, 'EUR', 101439, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 55, '2023-11-16 04:24:47.01+00', '2023-11-16 04:24:47.01+00', '2023-11-16 04:24:47.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 49, 101439, '\x90e193e73115385e1e26828d856da10fd39977c471d4d027597b58ddbdd454ed', 14, 1818, '\xcb3dc957f57e3f74887bd2db9108f0e45144e464fe747b23b8084faebeda2ffa'),
	('01a21f50-13c3-7b23-8118-7427f254130d', 1, 'capture', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 45, 'EUR', 101505, NULL, NULL, '01a21f50-13ad-7b8f-8b05-28799a56eed7', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 53, '2023-11-16 04:24:45.01+00', '2023-11-16 04:24:47.01+00', '2023-11-16 04:24:47.01+00', '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 47, 101505, '\xbd1e736fcaaf371c92819585a9c13ebfd60b111f3446b8807cd706808f8d8220', 12, 1752, '\xd933b68e59dd636fcabe99fe14ab77f5313e11abd3b4842ea706a5cb8f7b307e'),
	('01a21f50-13c3-72c6-b4b9-2b83e670d546', 1, 'capture', 'rejected', 'currency_mismatch', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11ec-7d35-8ea8-0a195305a231', '01a21f50-11be-787e-a240-06302ac5c4d5', 45, 'EUR', NULL, NULL, NULL, '01a21f50-13ad-7485-897b-1578f6ee55e7', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 59, '2023-11-16 04:24:45.01+00', '2023-11-16 04:24:48.01+00', '2023-11-16 04:24:48.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13c3-73c2-852a-3127507016a2', 1, 'capture', 'pending', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-787e-a240-06302ac5c4d5', 45, 'EUR', 101394, NULL, NULL, '01a21f50-13ad-7b41-b0c5-06fc8d862028', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 58, '2023-11-16 04:24:45.01+00', '2023-11-16 04:24:48.01+00', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 50, 101394, '\x452cc1ea857852543a59280f3413e85f58430a67fc922eeb7939b5c7b9c6498d', 15, 1863, '\x338db90374781a14d0fa34179e0d502127489d6b7c8b5334d1cbc9a9ad3f156a'),
	('01a21f50-13c8-7640-8e3f-a0ad44b18e3a', 1, 'transfer', 'pending', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 23, 'EUR', 101371, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 60, '2023-11-16 04:24:48.01+00', '2023-11-16 04:24:48.01+00', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 51, 101371, '\x0a343172dfc2977303b495dfd2a088b98972ecc1f83ebed0641d7b1e7ca3b4c4', 16, 1886, '\x681154cf47fe8eb9043f94b314bd56ee19d21761ebf853ebd8df6ea5a5c85653'),
	('01a21f50-1301-73a4-bf92-739283cca0d0', 1, 'hold', 'completed', NULL, '01a21f50-12e0-732b-a86d-be987cb64fc7', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 5, 'EUR', 3011, NULL, NULL, '01a21f50-1301-73a4-bf92-739283cca0d0', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 22, '2023-11-16 04:18:40.01+00', '2023-11-16 04:23:32.01+00', '2023-11-16 04:23:32.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-1301-7dc2-a2b8-d75b213714c0', 2, 'transfer', 'completed', NULL, '01a21f50-12e0-732b-a86d-be987cb64fc7', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 44, 'EUR', 3011, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 21, '2023-11-16 04:18:40.01+00', '2023-11-16 04:23:32.01+00', '2023-11-16 04:23:32.01+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f50-12e0-732b-a86d-be987cb64fc7', 27, 2433, '\x43e69cd02ab3ede1fffcede6c44afac963ee5a2efc8a7eed24c3126e7990ab74', 3, 3011, '\x9de29da71e7a0908ed77d0bc42b95dd8d4c8a577caefca69d53e7ecb76650f25'),
	('01a21f50-139e-7ec8-a726-9f17e683b38d', 1, 'deposit', 'completed', NULL, '01a21f50-12e0-732b-a86d-be987cb64fc7', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 17, 'EUR', 3028, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 94, '2023-11-16 04:23:30.01+00', '2023-11-16 04:23:32.01+00', '2023-11-16 04:23:32.01+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f50-12e0-732b-a86d-be987cb64fc7', 14, -212136, '\x1207ad449afefb23b6b47d7bbec4d62f5f38518f7680b8e129f95abe8c61ec92', 4, 3028, '\xd95d35ec4a320e09373100055685cb5f71ba293fd119f35b9eac0150f674b501'),
	('01a21f50-13a0-7d3e-9633-aab9b4e63d1b', 1, 'parked_resolution', 'completed', NULL, '01a21f50-12e0-732b-a86d-be987cb64fc7', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 95, '2023-11-16 04:23:31.01+00', '2023-11-16 04:23:32.01+00', '2023-11-16 04:23:32.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-12fc-7d57-8809-6b6f41613582', 1, 'transfer', 'completed', NULL, '01a21f50-12e0-732b-a86d-be987cb64fc7', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 33, 'EUR', 2967, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 20, '2023-11-16 04:18:38.01+00', '2023-11-16 04:23:32.01+00', '2023-11-16 04:23:32.01+00', '01a21f50-12e0-732b-a86d-be987cb64fc7', '7a412a16-2432-cdcb-da07-b9045fb8315c', 2, 2967, '\x513ba3f052cee301e7c8d919d4eb29a8c045cc01c2428a59ef37ad64d57bf2db', 26, 2477, '\x259bb84095c77831a694a6dda35180ef3caab0d5fb2e40fa1ef0ead5d69b3676'),
	('01a21f50-13ad-7b8f-8b05-28799a56eed7', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101550, NULL, NULL, '01a21f50-13ad-7b8f-8b05-28799a56eed7', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 47, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:35.01+00', '2023-11-16 04:24:35.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13ad-7b41-b0c5-06fc8d862028', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-787e-a240-06302ac5c4d5', 60, 'EUR', 101550, NULL, NULL, '01a21f50-13ad-7b41-b0c5-06fc8d862028', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 49, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:37.01+00', '2023-11-16 04:24:37.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO ledger.legs VALUES
	('01a21f50-13ad-77c2-a6a1-c5b02040f346', 1, 'hold', 'completed', NULL, '01a21f50-11be-753f-9cda-7c7a511fed62', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 31, 'EUR', 101550, NULL, NULL, '01a21f50-13ad-77c2-a6a1-c5b02040f346', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 51, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:39.01+00', '2023-11-16 04:24:39.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13ad-7591-a8de-cf6ae3676469', 1, 'hold', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 31, 'EUR', 59110, NULL, NULL, '01a21f50-13ad-7591-a8de-cf6ae3676469', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 39, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:41.01+00', '2023-11-16 04:24:41.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13ad-774f-97d8-220054a5dc45', 1, 'hold', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 31, 'EUR', 19871, NULL, NULL, '01a21f50-13ad-774f-97d8-220054a5dc45', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 41, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:43.01+00', '2023-11-16 04:24:43.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13ad-700d-876f-d8a08621a11c', 1, 'hold', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', NULL, '01a21f50-11be-787e-a240-06302ac5c4d5', 8, 'EUR', 19871, NULL, NULL, '01a21f50-13ad-700d-876f-d8a08621a11c', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 43, '2023-11-16 04:24:34.01+00', '2023-11-16 04:24:45.01+00', '2023-11-16 04:24:45.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f50-13c3-731b-85ba-3c53c2dcdb1f', 2, 'transfer', 'completed', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 21, 'EUR', 19892, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 46, '2023-11-16 04:24:47.01+00', '2023-11-16 04:24:47.01+00', '2023-11-16 04:24:47.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', 12, -1734, '\x58266f29c6ecc4177158e3e6e87b142af72c7b7490bb685916e4aa68af151fa4', 10, 19892, '\x10c263797eb5feaa0eb5bbead4c77b3f9a5f8c93500bef2487783586aa506be3'),
	('01a21f50-13c3-7818-97af-6900b8fbcd21', 1, 'transfer', 'pending', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11ea-7ac0-888c-e06ca665a354', '01a21f50-11be-787e-a240-06302ac5c4d5', 22, 'EUR', 59088, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 44, '2023-11-16 04:24:47.01+00', '2023-11-16 04:24:47.01+00', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '5cca0455-f770-c798-85c3-7c88f160dd5b', 12, 59088, '\x79f71b1098ce94cdf8deb205892b9e0c3468f4e5bd5286421df7a54f41384432', 10, -1668, '\x82341de0d8540ca2aae0d84ec8d9fb1ce77d9d4595c8c9029714202f5b8848b3'),
	('01a21f50-13c3-7b23-8118-7427f254130d', 2, 'capture', 'completed', NULL, '01a21f50-11e0-7245-9567-9cd33e34cd24', '01a21f50-11be-753f-9cda-7c7a511fed62', '01a21f50-11be-787e-a240-06302ac5c4d5', 45, 'EUR', 59133, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 45, '2023-11-16 04:24:45.01+00', '2023-11-16 04:24:47.01+00', '2023-11-16 04:24:47.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f50-11e0-7245-9567-9cd33e34cd24', 11, -1713, '\xb3030e470552c08af3b1ea294726b8d3acab6ea60d96d8e652dbbd48fcadadc4', 13, 59133, '\x129f2a6599814fab44826951fc67bd52f714eb08c0b19b924564b33835d3b6ed'),
	('01a21f50-13c8-71f0-babe-6510e8a01d67', 1, 'transfer', 'pending', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '01a21f50-11f1-7d09-ad65-c7e74abe9ae3', '01a21f50-11be-787e-a240-06302ac5c4d5', 24, 'EUR', 19868, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 47, '2023-11-16 04:24:48.01+00', '2023-11-16 04:24:48.01+00', NULL, '01a21f50-11e5-7efc-a7fe-3b9a5cdff9a0', '5cca0455-f770-c798-85c3-7c88f160dd5b', 11, 19868, '\x05fd9eb15a2a215a924b86d5256e7880c8621a85af2071d3256a3133b888892a', 13, -1710, '\x9ac706013a0f4004ac6b9dc99858cb487afadf546683b3ff1136a4e2881dd063');
INSERT INTO ledger.log_growths VALUES
	('test.commands', 4, 3, 'done', '2023-11-16 04:18:46.01+00', true, '2026-11-27 23:21:11.18598+00', '2026-11-27 23:21:11.195716+00');
INSERT INTO ledger.outbox OVERRIDING SYSTEM VALUE VALUES
	(206, 2, '[["test.commands",3,"acc_01a21f5011f17d09ad65c7e74abe9ae3",{"kind":"credit_leg","transaction_id":"txn_01a21f5013c871f0babe6510e8a01d67","user_id":"usr_01a21f5011be787ea24006302ac5c4d5","requested_at_us":1700108688010000,"fingerprint":"ffffffffffffffffffffffffffffffff","request_id":"req","origin":"transfer","source_account_id":"acc_01a21f5011e57efca7fe3b9a5cdff9a0","destination_account_id":"acc_01a21f5011f17d09ad65c7e74abe9ae3","amount":24,"currency":"EUR"}],["test.events",2,"acc_01a21f5011e57efca7fe3b9a5cdff9a0",{"event_id":"evt_01a21f5013c871f0babe6510e8a01d67-1-pending","type":"transfer.pending","account_id":"acc_01a21f5011e57efca7fe3b9a5cdff9a0","occurred_at":"2023-11-16T04:24:48.010000Z","transaction":{"transaction_id":"txn_01a21f5013c871f0babe6510e8a01d67","kind":"transfer","status":"pending","amount":24,"currency":"EUR","account_id":"acc_01a21f5011e57efca7fe3b9a5cdff9a0","counterparty_account_id":"acc_01a21f5011f17d09ad65c7e74abe9ae3","reason":null,"balance_after":19868,"description":null,"metadata":null,"hold_id":null,"reverses":null,"position":{"partition":2,"offset":47},"request_id":"req","requested_at":"2023-11-16T04:24:48.010000Z","completed_at":null}}]]', '2026-11-27 23:21:11.371397+00'),
	(205, 3, '[["test.commands",2,"acc_01a21f5011e57efca7fe3b9a5cdff9a0",{"kind":"credit_leg","transaction_id":"txn_01a21f5013c373c2852a3127507016a2","user_id":"usr_01a21f5011be787ea24006302ac5c4d5","requested_at_us":1700108685010000,"fingerprint":"ffffffffffffffffffffffffffffffff","request_id":"req","origin":"capture","source_account_id":"acc_01a21f5011be753f9cda7c7a511fed62","destination_account_id":"acc_01a21f5011e57efca7fe3b9a5cdff9a0","amount":45,"currency":"EUR"}],["test.commands",2,"acc_01a21f5011e0724595679cd33e34cd24",{"kind":"credit_leg","transaction_id":"txn_01a21f5013c876408e3fa0ad44b18e3a","user_id":"usr_01a21f5011be787ea24006302ac5c4d5","requested_at_us":1700108688010000,"fingerprint":"ffffffffffffffffffffffffffffffff","request_id":"req","origin":"transfer","source_account_id":"acc_01a21f5011be753f9cda7c7a511fed62","destination_account_id":"acc_01a21f5011e0724595679cd33e34cd24","amount":23,"currency":"EUR"}],["test.events",3,"acc_01a21f5011be753f9cda7c7a511fed62",{"event_id":"evt_01a21f5013c37b2381187427f254130d-1-completed","type":"capture.completed","account_id":"acc_01a21f5011be753f9cda7c7a511fed62","occurred_at":"2023-11-16T04:24:48.010000Z","transaction":{"transaction_id":"txn_01a21f5013c37b2381187427f254130d","kind":"capture","status":"completed","amount":45,"currency":"EUR","account_id":"acc_01a21f5011be753f9cda7c7a511fed62","counterparty_account_id":"acc_01a21f5011e0724595679cd33e34cd24","reason":null,"balance_after":101505,"description":null,"metadata":null,"hold_id":"hld_01a21f5013ad7b8f8b0528799a56eed7","reverses":null,"position":{"partition":3,"offset":53},"request_id":"req","requested_at":"2023-11-16T04:24:45.010000Z","completed_at":"2023-11-16T04:24:47.010000Z"}}],["test.events",3,"acc_01a21f5011be753f9cda7c7a511fed62",{"event_id":"evt_01a21f5013c3731b85ba3c53c2dcdb1f-1-completed","type":"transfer.completed","account_id":"acc_01a21f5011be753f9cda7c7a511fed62","occurred_at":"2023-11-16T04:24:48.010000Z","transaction":{"transaction_id":"txn_01a21f5013c3731b85ba3c53c2dcdb1f","kind":"transfer","status":"completed","amount":21,"currency":"EUR","account_id":"acc_01a21f5011be753f9cda7c7a511fed62","counterparty_account_id":"acc_01a21f5011e57efca7fe3b9a5cdff9a0","reason":null,"balance_after":101439,"description":null,"metadata":null,"hold_id":null,"reverses":null,"position":{"partition":3,"offset":55},"request_id":"req","requested_at":"2023-11-16T04:24:47.010000Z","completed_at":"2023-11-16T04:24:47.010000Z"}}],["test.events",3,"acc_01a21f5011be753f9cda7c7a511fed62",{"event_id":"evt_01a21f5013c373c2852a3127507016a2-1-pending","type":"capture.pending","account_id":"acc_01a21f5011be753f9cda7c7a511fed62","occurred_at":"2023-11-16T04:24:48.010000Z","transaction":{"transaction_id":"txn_01a21f5013c373c2852a3127507016a2","kind":"capture","status":"pending","amount":45,"currency":"EUR","account_id":"acc_01a21f5011be753f9cda7c7a511fed62","counterparty_account_id":"acc_01a21f5011e57efca7fe3b9a5cdff9a0","reason":null,"balance_after":101394,"description":null,"metadata":null,"hold_id":"hld_01a21f5013ad7b41b0c506fc8d862028","reverses":null,"position":{"partition":3,"offset":58},"request_id":"req","requested_at":"2023-11-16T04:24:45.010000Z","completed_at":null}}],["test.events",3,"acc_01a21f5011be753f9cda7c7a511fed62",{"event_id":"evt_01a21f5013c372c6b4b92b83e670d546-1-rejected","type":"capture.rejected","account_id":"acc_01a21f5011be753f9cda7c7a511fed62","occurred_at":"2023-11-16T04:24:48.010000Z","transaction":{"transaction_id":"txn_01a21f5013c372c6b4b92b83e670d546","kind":"capture","status":"rejected","amount":45,"currency":"EUR","account_id":"acc_01a21f5011be753f9cda7c7a511fed62","counterparty_account_id":"acc_01a21f5011ec7d358ea80a195305a231","reason":"currency_mismatch","balance_after":null,"description":null,"metadata":null,"hold_id":"hld_01a21f5013ad7485897b1578f6ee55e7","reverses":null,"position":{"partition":3,"offset":59},"request_id":"req","requested_at":"2023-11-16T04:24:45.010000Z","completed_at":"2023-11-16T04:24:48.010000Z"}}],["test.events",3,"acc_01a21f5011be753f9cda7c7a511fed62",{"event_id":"evt_01a21f5013c876408e3fa0ad44b18e3a-1-pending","type":"transfer.pending","account_id":"acc_01a21f5011be753f9cda7c7a511fed62","occurred_at":"2023-11-16T04:24:48.010000Z","transaction":{"transaction_id":"txn_01a21f5013c876408e3fa0ad44b18e3a","kind":"transfer","status":"pending","amount":23,"currency":"EUR","account_id":"acc_01a21f5011be753f9cda7c7a511fed62","counterparty_account_id":"acc_01a21f5011e0724595679cd33e34cd24","reason":null,"balance_after":101371,"description":null,"metadata":null,"hold_id":null,"reverses":null,"position":{"partition":3,"offset":60},"request_id":"req","requested_at":"2023-11-16T04:24:48.010000Z","completed_at":null}}]]', '2026-11-27 23:21:11.368418+00');
INSERT INTO ledger.parked_commands VALUES
	('3a261fc6-24ce-0174-98c6-38ab9c25c7b2', NULL, 0, 91, 1700108322010, '\x', '\x7b226b696e64223a226465706f736974227d', 'Object missing required field `transaction_id`', false, 'parked', '2023-11-16 04:18:42.01+00', NULL, NULL, NULL, NULL),
	('6807c792-a070-7e8d-1a57-8b3649708a15', NULL, 1, 29, 1700108322010, NULL, '\x', 'Input data was truncated', false, 'parked', '2023-11-16 04:18:42.01+00', NULL, NULL, NULL, NULL),
	('8af5b7ea-752c-91f9-98db-4d9a4c2e3091', '01a21f50-12db-77a4-831c-7821b98dcc10', 2, 38, 1700108613010, '\x6163635f3031613231663530313264623737613438333163373832316239386463633130', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313361383733366461323065356230653836343133396130222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383631323031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663530313264623737613438333163373832316239386463633130222c22616d6f756e74223a31392c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'parked', '2023-11-16 04:23:33.01+00', NULL, NULL, NULL, NULL),
	('06402f9f-0c1d-8513-7c11-094958dcc1b6', '01a21f50-12e4-75c8-a84c-89732bd68fda', 1, 28, 1700108322010, '\x6163635f3031613231663530313265343735633861383463383937333262643638666461', '\x67617262616765', 'JSON is malformed: invalid character (byte 0)', false, 'discarded', '2023-11-16 04:18:42.01+00', '01a21f50-11be-787e-a240-06302ac5c4d5', 'why', '2023-11-16 04:18:45.01+00', NULL),
	('57524fd6-bf5d-c337-7985-9e191fef1930', '01a21f50-12e4-75c8-a84c-89732bd68fda', 1, 30, 1700108323010, '\x6163635f3031613231663530313265343735633861383463383937333262643638666461', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313330383730353738366438353937306138336566393239222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383332323031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663530313265343735633861383463383937333262643638666461222c22616d6f756e74223a332c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'replayed', '2023-11-16 04:18:43.01+00', '01a21f50-11be-787e-a240-06302ac5c4d5', 'why', '2023-11-16 04:18:45.01+00', NULL),
	('ff619cf7-db8c-55f6-6cb9-40b124a5948a', '01a21f50-12db-77a4-831c-7821b98dcc10', 0, 85, 1700108316010, '\x6163635f3031613231663530313264623737613438333163373832316239386463633130', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313265613764323862336536643762626465633339393436222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383331363031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226465736372697074696f6e223a225c7530303030222c226163636f756e745f6964223a226163635f3031613231663530313264623737613438333163373832316239386463633130222c22616d6f756e74223a312c2263757272656e6379223a22455552227d', 'CharacterNotInRepertoire: invalid byte sequence for encoding "UTF8": 0x00', false, 'parked', '2023-11-16 04:18:36.01+00', NULL, NULL, NULL, 2),
	('c759074b-1154-c28f-888e-a967303f1597', '01a21f50-12db-77a4-831c-7821b98dcc10', 0, 86, 1700108316010, '\x6163635f3031613231663530313264623737613438333163373832316239386463633130', '\x7b226b696e64223a22736574746c656d656e74222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313265383736386639373436333530373636303030623833222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383331363031303030302c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663530313264623737613438333163373832316239386463633130222c226f7574636f6d65223a2272656a6563746564222c22636f6d706c657465645f61745f7573223a313730303130383331363031303030302c22726561736f6e223a226163636f756e745f66726f7a656e227d', 'waits behind a parked command of its account', true, 'parked', '2023-11-16 04:18:36.01+00', NULL, NULL, NULL, 2),
	('35c117ad-ad07-5542-810c-adb0cb232648', '01a21f50-12db-77a4-831c-7821b98dcc10', 0, 87, 1700108316010, '\x6163635f3031613231663530313264623737613438333163373832316239386463633130', '\x7b226b696e64223a22736574746c656d656e74222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313265383736386561636462633839383234363964393539222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383331363031303030302c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663530313264623737613438333163373832316239386463633130222c226f7574636f6d65223a22636f6d706c65746564222c22636f6d706c657465645f61745f7573223a313730303130383331363031303030307d', 'waits behind a parked command of its account', true, 'parked', '2023-11-16 04:18:36.01+00', NULL, NULL, NULL, 2),
	('d1484de4-4b72-8f38-1f16-e14ec71782df', '01a21f50-12e4-75c8-a84c-89732bd68fda', 3, 46, 1700108614010, '\x6163635f3031613231663530313265343735633861383463383937333262643638666461', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313361383738303038666131313964333665633665346434222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383631323031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226465736372697074696f6e223a225c7530303030222c226163636f756e745f6964223a226163635f3031613231663530313265343735633861383463383937333262643638666461222c22616d6f756e74223a312c2263757272656e6379223a22455552227d', 'CharacterNotInRepertoire: invalid byte sequence for encoding "UTF8": 0x00', false, 'parked', '2023-11-16 04:23:34.01+00', NULL, NULL, NULL, NULL),
	('e23398bf-42d8-6bb3-79df-d6808d227935', '01a21f50-12db-77a4-831c-7821b98dcc10', 0, 88, 1700108317010, '\x6163635f3031613231663530313264623737613438333163373832316239386463633130', '\x7b226b696e64223a227769746864726177616c222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313266383732613061646163393038323561363939633330222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383331363031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663530313264623737613438333163373832316239386463633130222c22616d6f756e74223a372c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'parked', '2023-11-16 04:18:37.01+00', NULL, NULL, NULL, 2),
	('fff23231-e448-598a-81d9-074d91af59ef', '01a21f50-12e0-732b-a86d-be987cb64fc7', 2, 19, 1700108319010, '\x6163635f3031613231663530313265303733326261383664626539383763623634666337', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313266633731663761303132633761636662373333356635222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383331383031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226465736372697074696f6e223a225c7530303030222c226163636f756e745f6964223a226163635f3031613231663530313265303733326261383664626539383763623634666337222c22616d6f756e74223a312c2263757272656e6379223a22455552227d', 'CharacterNotInRepertoire: invalid byte sequence for encoding "UTF8": 0x00', false, 'discarded', '2023-11-16 04:18:39.01+00', '01a21f50-11be-787e-a240-06302ac5c4d5', 'why', '2023-11-16 04:23:32.01+00', 0),
	('3624858b-d5fc-bbae-eeec-0bbfb193d01b', '01a21f50-12e0-732b-a86d-be987cb64fc7', 2, 20, 1700108320010, '\x6163635f3031613231663530313265303733326261383664626539383763623634666337', '\x7b226b696e64223a227472616e73666572222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313266633764353738383039366236663431363133353832222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383331383031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c22736f757263655f6163636f756e745f6964223a226163635f3031613231663530313265303733326261383664626539383763623634666337222c2264657374696e6174696f6e5f6163636f756e745f6964223a226163635f3031613231663530313162653735336639636461376337613531316665643632222c22616d6f756e74223a33332c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'replayed', '2023-11-16 04:18:40.01+00', '01a21f50-11be-787e-a240-06302ac5c4d5', 'why', '2023-11-16 04:23:32.01+00', 0),
	('6dfb8b04-3f41-ef91-0870-6807b77b1a27', '01a21f50-12e0-732b-a86d-be987cb64fc7', 2, 21, 1700108321010, '\x6163635f3031613231663530313265303733326261383664626539383763623634666337', '\x7b226b696e64223a226372656469745f6c6567222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313330313764633261326238643735623231333731346330222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383332303031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226f726967696e223a227472616e73666572222c22736f757263655f6163636f756e745f6964223a226163635f3031613231663530313162653735336639636461376337613531316665643632222c2264657374696e6174696f6e5f6163636f756e745f6964223a226163635f3031613231663530313265303733326261383664626539383763623634666337222c22616d6f756e74223a34342c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'replayed', '2023-11-16 04:18:41.01+00', '01a21f50-11be-787e-a240-06302ac5c4d5', 'why', '2023-11-16 04:23:32.01+00', 0),
	('434f79e4-7460-e8fd-79ba-ae16f51aa7f1', '01a21f50-12e0-732b-a86d-be987cb64fc7', 2, 22, 1700108322010, '\x6163635f3031613231663530313265303733326261383664626539383763623634666337', '\x7b226b696e64223a22686f6c64222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313330313733613462663932373339323833636361306430222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383332303031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663530313265303733326261383664626539383763623634666337222c22616d6f756e74223a352c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'replayed', '2023-11-16 04:18:42.01+00', '01a21f50-11be-787e-a240-06302ac5c4d5', 'why', '2023-11-16 04:23:32.01+00', 0),
	('ca9a35b2-7fc7-a978-f915-f22fb35eb5a7', '01a21f50-12e0-732b-a86d-be987cb64fc7', 0, 94, 1700108611010, '\x6163635f3031613231663530313265303733326261383664626539383763623634666337', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663530313339653765633861373236396631376536383362333864222c22757365725f6964223a227573725f3031613231663530313162653738376561323430303633303261633563346435222c227265717565737465645f61745f7573223a313730303130383631303031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663530313265303733326261383664626539383763623634666337222c22616d6f756e74223a31372c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'replayed', '2023-11-16 04:23:31.01+00', '01a21f50-11be-787e-a240-06302ac5c4d5', 'why', '2023-11-16 04:23:32.01+00', NULL);
INSERT INTO ledger.partition_progress VALUES
	('test.commands', 0, 'first', 97, '2023-11-16 04:23:32.01+00', true, '2026-11-27 23:21:11.333722+00', 4, NULL),
	('test.commands', 3, 'first', 61, '2023-11-16 04:24:48.01+00', true, '2026-11-27 23:21:11.368418+00', 4, NULL),
	('test.commands', 2, 'first', 48, '2023-11-16 04:24:48.01+00', true, '2026-11-27 23:21:11.371397+00', 4, NULL),
	('test.commands', 1, 'first', 39, '2023-11-16 04:19:01.01+00', true, '2026-11-27 23:21:11.249801+00', 4, NULL);
INSERT INTO ledger.schema_migrations VALUES
	(1, 'ledger', '083f81361018466fb5f5e17b219fb32618ae6eb92ce56f37f9214fc77dacf85e', '2026-11-27 23:21:10.7768+00'),
	(2, 'people', '1a5257098af7aeeab2dfbb29277e3ffc2ad9276c0c640d75c347eeb9757351c1', '2026-11-27 23:21:10.799895+00'),
	(3, 'webhooks', '8bf016abd16ad0c8354c2c21efd5360fea5b3cc2725a1ec27e67bacca8bdf6ef', '2026-11-27 23:21:10.80811+00'),
	(4, 'apply_functions', '9b8124e7cb75f7690d980a379841f6e2881777d53442b668db1774ee19833a30', '2026-11-27 23:21:10.817998+00'),
	(10, 'log_growth', 'b503642b910eb3e299f34132944c740824f81fb7e7c39dcc0457e85c7513cb77', '2026-11-27 23:21:10.820752+00'),
	(11, 'legs', '30ffe63e0e44fa3e26d9acedd4fb849c0ba598006bc5b418900be6fca37a9a89', '2026-11-27 23:21:10.825684+00'),
	(12, 'lane', 'cbc3d3e36f757166c798a06e07d85703e7fa51f7e70eb9aaabb792af26a65567', '2026-11-27 23:21:10.842608+00');
SELECT pg_catalog.setval('ledger.operator_actions_action_id_seq', 1, false);
SELECT pg_catalog.setval('ledger.outbox_outbox_id_seq', 206, true);
SELECT pg_catalog.setval('ledger.webhook_deliveries_sequence_seq', 1, false);
ALTER TABLE ONLY ledger.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY ledger.conflicts
    ADD CONSTRAINT conflicts_pkey PRIMARY KEY (transaction_id, partition, "offset", fingerprint);
ALTER TABLE ONLY ledger.holds
    ADD CONSTRAINT holds_pkey PRIMARY KEY (hold_id);
ALTER TABLE ONLY ledger.log_growths
    ADD CONSTRAINT log_growths_pkey PRIMARY KEY (topic, partitions);
ALTER TABLE ONLY ledger.operator_actions
    ADD CONSTRAINT operator_actions_pkey PRIMARY KEY (action_id);
ALTER TABLE ONLY ledger.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (outbox_id);
ALTER TABLE ONLY ledger.parked_commands
    ADD CONSTRAINT parked_commands_pkey PRIMARY KEY (parked_id);
ALTER TABLE ONLY ledger.partition_progress
    ADD CONSTRAINT partition_progress_pkey PRIMARY KEY (topic, partition);
ALTER TABLE ONLY ledger.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (number);
ALTER TABLE ONLY ledger.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY ledger.legs
    ADD CONSTRAINT transactions_pkey PRIMARY KEY (transaction_id, leg);
ALTER TABLE ONLY ledger.users
    ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE ONLY ledger.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY ledger.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (delivery_id);
ALTER TABLE ONLY ledger.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (webhook_id);
CREATE INDEX accounts_user ON ledger.accounts USING btree (user_id, opened_at, account_id) WHERE (user_id IS NOT NULL);
CREATE INDEX holds_account ON ledger.holds USING btree (account_id, opened_at);
CREATE INDEX holds_expiry ON ledger.holds USING btree (expires_at) WHERE ((status = 'open'::text) AND (expires_at IS NOT NULL));
CREATE INDEX legs_unposted ON ledger.legs USING btree (account_id, posted_at, transaction_id) WHERE (debit_account_id IS NULL);
CREATE UNIQUE INDEX log_growths_one ON ledger.log_growths USING btree (topic) WHERE (state <> 'done'::text);
CREATE INDEX outbox_partition ON ledger.outbox USING btree (partition, outbox_id);
CREATE INDEX parked_partition ON ledger.parked_commands USING btree (partition, "offset");
CREATE INDEX parked_queue ON ledger.parked_commands USING btree (account_id, parked_at, "offset") WHERE (status = 'parked'::text);
CREATE UNIQUE INDEX postings_credit ON ledger.legs USING btree (credit_account_id, credit_version) WHERE (credit_account_id IS NOT NULL);
CREATE UNIQUE INDEX postings_debit ON ledger.legs USING btree (debit_account_id, debit_version) WHERE (debit_account_id IS NOT NULL);
CREATE INDEX sessions_expiry ON ledger.sessions USING btree (expires_at);
CREATE INDEX sessions_user ON ledger.sessions USING btree (user_id);
CREATE INDEX transactions_reverses ON ledger.legs USING btree (reverses) WHERE (reverses IS NOT NULL);
CREATE INDEX webhook_deliveries_due ON ledger.webhook_deliveries USING btree (next_attempt_at) WHERE (status = 'pending'::text);
CREATE UNIQUE INDEX webhook_deliveries_event ON ledger.webhook_deliveries USING btree (webhook_id, event_id);
CREATE INDEX webhook_deliveries_list ON ledger.webhook_deliveries USING btree (webhook_id, sequence);
CREATE INDEX webhook_deliveries_old ON ledger.webhook_deliveries USING btree (finished_at) WHERE (status <> 'pending'::text);
CREATE INDEX webhook_deliveries_queue ON ledger.webhook_deliveries USING btree (webhook_id, account_id, sequence) WHERE (status = 'pending'::text);
CREATE INDEX webhooks_user ON ledger.webhooks USING btree (user_id, created_at, webhook_id);
ALTER TABLE ONLY ledger.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES ledger.users(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY ledger.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES ledger.webhooks(webhook_id) ON DELETE CASCADE;
ALTER TABLE ONLY ledger.webhooks
    ADD CONSTRAINT webhooks_user_id_fkey FOREIGN KEY (user_id) REFERENCES ledger.users(user_id) ON DELETE CASCADE;
