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
	('9dd073ff-20f6-76cc-08af-9be876ca81ab', 'clearing', 2, NULL, 'USD', NULL, -900, 0, 0, NULL, NULL, 0, 0, false, 1, '\x9ba3fd59b307e3dbb1a593eb2a9399c2b9e06c360b2469558fab8c61bdf80d7e', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('017762ee-1f7c-b066-c4b5-0daee051b213', 'clearing', 2, NULL, 'EUR', NULL, -26011, 0, 0, NULL, NULL, 0, 0, false, 4, '\xeebc88bc1ca9eca1b9b164177e6dc6f7b3c96ae7a4766acdec08b74523de548b', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('8db42b97-a531-8b34-77cc-8e484f05ad73', 'clearing', 1, NULL, 'EUR', NULL, -63003, 0, 0, NULL, NULL, 0, 0, false, 5, '\xf5f4c40cefddf8eb405d191f19b7ce230e8c269908930177619b6b64a7038c99', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f5c-7d5a-7816-84db-0f964f9675e4', 'customer', 3, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 0, 0, 0, NULL, NULL, 2, 0, false, 0, '\x1a0c7081700d007e516cf15c7149417ca1babe1d4e7f0a7e4ac0cb92b6f776c6', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f5c-7d6a-739a-9a54-346be680e4e2', 'customer', 1, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'USD', 'n', 900, 0, 0, NULL, NULL, 0, 0, false, 1, '\x97c0b0233942c377544887dc2278110ae4648fbd001210ce07f9ebd534d5b76d', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', 'customer', 3, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 0, 0, 0, NULL, NULL, 0, 0, true, 0, '\x5bfca375362656ebf110bb4dca5faa49fc5f086783f6a07028207080ac43931d', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f5c-7d87-70d9-a271-caf51524eb24', 'customer', 3, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 3598, 0, 50, 1000, 5, 0, 0, false, 7, '\x4e12e7b5ed7cea0a7cf10795e6940380f51fedc538c8ba0a107d0e6e1d650dbe', 19676, 902, 2, 0, '2023-11-14 22:13:20+00'),
	('2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', 'in_transit', 1, NULL, 'EUR', NULL, -2280, 0, 0, NULL, NULL, 0, 0, false, 5, '\x3e847a1acaf6928950d323d89ede1455fde83410b6bfc0afa2e5eac3d1a2d120', 0, 0, 0, 0, '2023-11-14 22:13:26+00'),
	('5cca0455-f770-c798-85c3-7c88f160dd5b', 'in_transit', 2, NULL, 'EUR', NULL, -1883, 0, 0, NULL, NULL, 0, 0, false, 13, '\x1de7d4f28961f83e1b88f20f19fb6456450bdbc9373171efae3e5cafc64e9457', 0, 0, 0, 0, '2023-11-14 22:13:28+00'),
	('01a21f5c-7d35-77af-85df-ebeee8a1611f', 'customer', 2, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 59133, 62, 0, NULL, NULL, 0, 0, false, 13, '\x6a6308b70d4356b93025d03f0d52de613da39ef7ebe59adcdb4919fa08a38bd4', 19677, 219, 5, 22, '2023-11-14 22:13:20+00'),
	('01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 'customer', 3, '01a21f5c-7ce3-77b6-a7de-e3eb6b060df5', 'EUR', 'n', 19892, 70, 0, NULL, NULL, 0, 0, false, 10, '\x379d3996d8adfa79181e08ad779b0d75be800d4ff334f0b0e54569d4a3608c30', 19677, 320, 4, 0, '2023-11-14 22:13:20+00'),
	('01a21f5c-7d22-78c6-b276-ac4bccf57e1e', 'customer', 2, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 100080, 0, 0, NULL, NULL, 0, 0, false, 7, '\x07729c92027e6aeeea6ee94b8d4090868d24de50675d6440745152878cc0a183', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 'clearing', 0, NULL, 'EUR', NULL, -215196, 0, 0, NULL, NULL, 0, 0, false, 19, '\x81a27fa5b0661004f04fbb630578e597f7ab3f117a1c465598b03230a51caa87', 0, 0, 0, 0, '2023-11-14 22:13:20+00'),
	('01a21f5c-8309-7ff6-97d1-15f3bb44478b', 'customer', 0, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 3000, 0, 0, NULL, NULL, 0, 0, false, 1, '\x222ea30b4a97663993d78f216f8257db12d1d3fc6e30e17513300358e30dfa63', 0, 0, 0, 0, '2023-11-16 07:18:39.01+00'),
	('01a21f5c-8346-794b-85dc-17d0e928af2e', 'customer', 2, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 3000, 0, 0, NULL, NULL, 0, 0, false, 1, '\x50425bdf3c993448fa519e379d5d0e7d7566e42369eb4a6d6a3ad5f27f978e85', 0, 0, 0, 0, '2023-11-16 07:18:39.01+00'),
	('01a21f5c-8382-724f-914e-51212961be47', 'customer', 1, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 3003, 9, 0, NULL, NULL, 0, 0, false, 2, '\x3202093be5f36b38a63eeab6ce3290c9613ed9f64de441312d3b0a5f95e36f6c', 19677, 9, 1, 0, '2023-11-16 07:18:39.01+00'),
	('01a21f5c-820a-705c-9eb9-dbe436f46257', 'customer', 2, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 0, 0, 0, NULL, NULL, 0, 0, false, 0, '\xa9d67588f6ab3a29af41d38c4ab0c22924d202301520d55627a22803881d5607', 0, 0, 0, 0, '2023-11-15 22:18:28+00'),
	('01a21f5c-8212-74c6-8c81-42c3caff513b', 'customer', 2, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 0, 0, 0, NULL, NULL, 0, 0, false, 0, '\xa9405f598e01113ec90c793d886fb5bb54c17ccfdb22ac051ea1a8b7eee6403d', 0, 0, 0, 0, '2023-11-15 22:18:28+00'),
	('01a21f5c-8219-79ea-88d0-e19c56a83f50', 'customer', 2, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 0, 0, 0, NULL, NULL, 0, 0, false, 0, '\xb37ea355e1ba6b1a559a6ff140bef45b83c3ac53bacf859b7b19de6c809a4064', 0, 0, 0, 0, '2023-11-15 22:18:28+00'),
	('01a21f5c-8239-7c97-adff-3e23f763281f', 'customer', 0, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 5000, 0, 0, NULL, NULL, 0, 0, false, 1, '\x95bd7ab125b28f0209c7828687814301cdeaba92aacbb296f283b27e9602ac93', 0, 0, 0, 0, '2023-11-15 22:18:28+00'),
	('01a21f5c-8326-7680-8d33-114b462950ef', 'customer', 2, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 2840, 0, 0, NULL, NULL, 0, 0, false, 4, '\x68fb335080b16cfbeae37ea2cea7d1deac50458cde8b52b2ef002f2b16a2cdfe', 19677, 250, 2, 250, '2023-11-16 07:18:39.01+00'),
	('7a412a16-2432-cdcb-da07-b9045fb8315c', 'in_transit', 0, NULL, 'EUR', NULL, 4364, 0, 0, NULL, NULL, 0, 0, false, 46, '\x21128908c39cc07d3a0d32a0f0d58e1b087ce5233ea7d0749c96d85e3003d138', 0, 0, 0, 0, '2023-11-14 22:13:26+00'),
	('01a21f5c-7ce3-75a8-96ea-83c15603afad', 'customer', 0, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 101326, 62, 0, NULL, NULL, 0, 0, false, 56, '\xb4e7767194d47710546edb8583d672baac8ece2ca8c1d4fc2c0cb0cd00e7b3bc', 19677, 3835, 22, 179, '2023-11-14 22:13:20+00'),
	('a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 'in_transit', 3, NULL, 'EUR', NULL, 109, 0, 0, NULL, NULL, 0, 0, false, 4, '\x6700b9c449a4e1d3e09837a7c3502f8ae72369434c4cd4f4619416704ae87769', 0, 0, 0, 0, '2023-11-16 07:18:54.01+00'),
	('01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 'customer', 0, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'EUR', 'n', 3028, 5, 0, NULL, NULL, 0, 0, false, 4, '\x6d228992ec86dfd927920a0c3f1f9f1193bcc733c1e7b0255208b1209fcce595', 19677, 38, 2, 0, '2023-11-16 07:18:39.01+00');
INSERT INTO ledger.conflicts VALUES
	('01a21f5c-8248-75ee-bda7-701d9af30b9d', 0, 76, 'second', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', '2023-11-15 22:18:28+00', '2023-11-16 01:18:30+00'),
	('01a21f5c-827e-754a-9e99-a4148cc6d660', 2, 14, 'second', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', '2023-11-16 01:18:31+00', '2023-11-16 04:18:33+00'),
	('01a21f5c-82a7-7bdd-8628-359f6274e14d', 0, 79, 'second', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', '2023-11-16 04:18:34+00', '2023-11-16 07:18:36+00'),
	('01a21f5c-82d6-7f80-a47f-712fa6c62aac', 0, 80, 'loses', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', '2023-11-16 07:18:37+00', '2023-11-16 07:18:38+00'),
	('01a21f5c-82ed-7ad9-af18-73c9d6e80e8a', 1, 30, 'loses', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', '2023-11-16 07:18:38.005+00', '2023-11-16 07:18:39.005+00');
INSERT INTO ledger.holds VALUES
	('01a21f5c-7ea0-7611-b56f-db474ab4ddff', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', NULL, 'captured', 40, '2023-11-14 22:13:34+00', NULL, '2023-11-14 22:13:35+00'),
	('01a21f5c-7eba-7904-b2f8-f27583d23e66', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', 'captured', 40, '2023-11-14 22:13:37+00', NULL, '2023-11-14 22:13:38+00'),
	('01a21f5c-7ee2-786a-adb4-c6f641b45057', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 'captured', 40, '2023-11-14 22:13:40+00', NULL, '2023-11-14 22:13:41+00'),
	('01a21f5c-7f0a-7255-8185-d39d6a3101fb', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 'captured', 60, '2023-11-14 22:13:43+00', NULL, '2023-11-14 22:13:44+00'),
	('01a21f5c-7f51-7274-81d6-fc1663131474', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d5a-7816-84db-0f964f9675e4', 'captured', 40, '2023-11-14 22:13:46+00', NULL, '2023-11-14 22:13:47+00'),
	('01a21f5c-7f7e-7a1f-9ed1-6a98b9f703ad', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d6a-739a-9a54-346be680e4e2', 'captured', 40, '2023-11-14 22:13:49+00', NULL, '2023-11-14 22:13:50+00'),
	('01a21f5c-7fb8-7777-b96c-b9c8a1863370', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', 'captured', 40, '2023-11-14 22:13:52+00', NULL, '2023-11-14 22:13:53+00'),
	('01a21f5c-7fe2-7687-983b-244a94c03d00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 'voided', 0, '2023-11-14 22:13:55+00', NULL, '2023-11-14 22:13:57+00'),
	('01a21f5c-7ffa-7224-8def-ad73b27d11d6', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 75, 'EUR', NULL, 'expired', 0, '2023-11-14 22:13:58+00', '2023-11-14 22:14:58+00', '2023-11-14 22:16:00+00'),
	('01a21f5c-8057-7955-8b49-0eaecd5e3677', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 75, 'EUR', NULL, 'expired', 0, '2023-11-14 22:16:03+00', '2023-11-14 22:17:03+00', '2023-11-14 22:18:05+00'),
	('01a21f5c-807c-79d2-8080-a3adcfb48bf7', '01a21f5c-7d87-70d9-a271-caf51524eb24', 300, 'EUR', NULL, 'voided', 0, '2023-11-14 22:18:16+00', NULL, '2023-11-14 22:18:17+00'),
	('01a21f5c-85cb-7e02-9ab1-1a7c9af38574', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', NULL, 'captured', 40, '2023-11-16 07:19:00.01+00', NULL, '2023-11-16 07:19:01.01+00'),
	('01a21f5c-85e2-7832-ae05-03e0d1fcc1da', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', 'captured', 40, '2023-11-16 07:19:03.01+00', NULL, '2023-11-16 07:19:04.01+00'),
	('01a21f5c-8609-7ef2-bb08-1d2b72f842a9', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 'captured', 40, '2023-11-16 07:19:06.01+00', NULL, '2023-11-16 07:19:07.01+00'),
	('01a21f5c-8630-7651-8af0-6154a6c48cc8', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 'captured', 60, '2023-11-16 07:19:09.01+00', NULL, '2023-11-16 07:19:10.01+00'),
	('01a21f5c-8656-74f2-8938-0a6bcfbabdb2', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d5a-7816-84db-0f964f9675e4', 'captured', 40, '2023-11-16 07:19:12.01+00', NULL, '2023-11-16 07:19:13.01+00'),
	('01a21f5c-868d-79b5-a707-7861354d3db9', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d6a-739a-9a54-346be680e4e2', 'captured', 40, '2023-11-16 07:19:15.01+00', NULL, '2023-11-16 07:19:16.01+00'),
	('01a21f5c-86c7-7904-b346-85ee360a82f0', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', 'captured', 40, '2023-11-16 07:19:18.01+00', NULL, '2023-11-16 07:19:19.01+00'),
	('01a21f5c-86fb-7377-b5fb-016d20ef32f5', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 'voided', 0, '2023-11-16 07:19:21.01+00', NULL, '2023-11-16 07:19:23.01+00'),
	('01a21f5c-8713-767d-bc36-156dea2be6b4', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 75, 'EUR', NULL, 'expired', 0, '2023-11-16 07:19:24.01+00', '2023-11-16 07:20:24.01+00', '2023-11-16 07:21:26.01+00'),
	('01a21f5c-8749-710c-84ac-a0fa230c3136', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 75, 'EUR', NULL, 'expired', 0, '2023-11-16 07:21:29.01+00', '2023-11-16 07:22:29.01+00', '2023-11-16 07:23:31.01+00'),
	('01a21f5c-8407-70a9-a23e-851eeafdfd02', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 5, 'EUR', NULL, 'open', 0, '2023-11-16 07:23:35.01+00', NULL, NULL),
	('01a21f5c-8798-7541-8331-44e303b46043', '01a21f5c-8382-724f-914e-51212961be47', 9, 'EUR', NULL, 'open', 0, '2023-11-16 07:23:37.01+00', '2023-11-16 07:24:37.01+00', NULL),
	('01a21f5c-87bb-764c-ae02-00bd6e6e1ac9', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 31, 'EUR', NULL, 'open', 0, '2023-11-16 07:26:44.01+00', '2023-11-16 07:26:45.01+00', NULL),
	('01a21f5c-87bb-7376-8558-4615355dfe0a', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 31, 'EUR', NULL, 'open', 0, '2023-11-16 07:26:45.01+00', '2023-11-16 07:31:45.01+00', NULL),
	('01a21f5c-87bb-7f97-a9f9-ee3ebf2556b2', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 31, 'EUR', NULL, 'open', 0, '2023-11-16 07:26:46.01+00', '2023-11-16 07:26:47.01+00', NULL),
	('01a21f5c-87bb-7f12-8443-43f9735b0aea', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 31, 'EUR', NULL, 'open', 0, '2023-11-16 07:26:47.01+00', '2023-11-16 07:31:47.01+00', NULL),
	('01a21f5c-87bb-7a7b-9a88-ea9e5ba7288b', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 31, 'EUR', NULL, 'open', 0, '2023-11-16 07:26:48.01+00', '2023-11-16 07:26:49.01+00', NULL),
	('01a21f5c-87bb-7122-9dba-7dee37be88f0', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 31, 'EUR', NULL, 'open', 0, '2023-11-16 07:26:49.01+00', '2023-11-16 07:31:49.01+00', NULL),
	('01a21f5c-87bb-7494-b832-38eb598e10c4', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 8, 'EUR', NULL, 'open', 0, '2023-11-16 07:26:50.01+00', NULL, NULL),
	('01a21f5c-87bb-7559-917e-491602c9c831', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 'captured', 45, '2023-11-16 07:26:40.01+00', NULL, '2023-11-16 07:26:52.01+00'),
	('01a21f5c-87bb-7ddc-bb82-d6a25a8cce8e', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d5a-7816-84db-0f964f9675e4', 'captured', 45, '2023-11-16 07:26:41.01+00', NULL, '2023-11-16 07:26:52.01+00'),
	('01a21f5c-87bb-7712-b143-0ebb96fe9281', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 'captured', 45, '2023-11-16 07:26:42.01+00', NULL, '2023-11-16 07:26:53.01+00'),
	('01a21f5c-87bb-7b94-876d-6a6c2de7b47d', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 60, 'EUR', '01a21f5c-7d6a-739a-9a54-346be680e4e2', 'captured', 45, '2023-11-16 07:26:43.01+00', NULL, '2023-11-16 07:26:53.01+00');
INSERT INTO ledger.legs VALUES
	('01a21f5c-7ce3-75a8-96ea-83c15603afad', 1, 'account_opening', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 0, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7d17-76dd-ab56-fd2aae12fa08', 1, 'deposit', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 100000, 'EUR', 100000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 1, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 1, -100000, '\x587c386b57880dbd2ae01b87a343192934137deef809b4527163b0dd47de8b2d', 1, 100000, '\xd3319a5fd0e0b8feffc9e7115d8e38a1cfa4d4a84b01475b38b5608cbd8040f1'),
	('01a21f5c-7d22-78c6-b276-ac4bccf57e1e', 1, 'account_opening', 'completed', NULL, '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 2, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7d2c-79ea-bfea-c018a54c5148', 1, 'deposit', 'completed', NULL, '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 100000, 'EUR', 100000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 3, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', 2, -200000, '\xf7c2c91fdb87c911071f6812808045c873164b9cbbea32b24a6d34f0810c120e', 1, 100000, '\x9c145ce6133dec1dd44c62c67480b3b9baf8bfc2af47bb71649bacc113c49544'),
	('01a21f5c-7d35-77af-85df-ebeee8a1611f', 1, 'account_opening', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 0, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7d40-7c0f-a947-39d3f8018f69', 1, 'deposit', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 50000, 'EUR', 50000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 1, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '8db42b97-a531-8b34-77cc-8e484f05ad73', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 1, -50000, '\xbab7aed4eca2dd1cc212708112796ec90dd8819c55d7ece6a1ff807a99f9959b', 1, 50000, '\x2b1797fe73828b41ef1ce6848294a4625ca93e9745c31be5ddd406af06602fed'),
	('01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 1, 'account_opening', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', NULL, '01a21f5c-7ce3-77b6-a7de-e3eb6b060df5', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 0, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7d53-7811-b7d3-6ef8ca8025f3', 1, 'deposit', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', NULL, '01a21f5c-7ce3-77b6-a7de-e3eb6b060df5', 20000, 'EUR', 20000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 1, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '017762ee-1f7c-b066-c4b5-0daee051b213', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 1, -20000, '\x4dc75b1958bbaf509a50ef15eb0d480887056c39c375044a8b3092e10666e665', 1, 20000, '\x0394f6af90f2c7df73195f8aa138bb33621eff2e4509af934fa5782d0ebf5e0f'),
	('01a21f5c-7d5a-7816-84db-0f964f9675e4', 1, 'account_opening', 'completed', NULL, '01a21f5c-7d5a-7816-84db-0f964f9675e4', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 2, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7d6a-739a-9a54-346be680e4e2', 1, 'account_opening', 'completed', NULL, '01a21f5c-7d6a-739a-9a54-346be680e4e2', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'USD', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 2, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7d71-7991-9a23-c2318e25d62b', 1, 'deposit', 'completed', NULL, '01a21f5c-7d6a-739a-9a54-346be680e4e2', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 900, 'USD', 900, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 3, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '9dd073ff-20f6-76cc-08af-9be876ca81ab', '01a21f5c-7d6a-739a-9a54-346be680e4e2', 1, -900, '\x9ba3fd59b307e3dbb1a593eb2a9399c2b9e06c360b2469558fab8c61bdf80d7e', 1, 900, '\x97c0b0233942c377544887dc2278110ae4648fbd001210ce07f9ebd534d5b76d'),
	('01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', 1, 'account_opening', 'completed', NULL, '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 4, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7d87-70d9-a271-caf51524eb24', 1, 'account_opening', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 4, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7d8c-7950-b52f-bf8f94abc690', 1, 'deposit', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 5000, 'EUR', 5000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 5, '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '2023-11-14 22:13:20+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f5c-7d87-70d9-a271-caf51524eb24', 3, -205000, '\xd3779aa6bc4f470b602ea85c07213599ce2af31e400b21e70d7f18efcc4240c9', 1, 5000, '\xf1726aecd4be3efc12c090c145b871d56d8cb049e4e2f756766a532671629f7f'),
	('01a21f5c-7d9d-724b-8d4e-43dca0c267cc', 1, 'freeze', 'completed', NULL, '01a21f5c-7d5a-7816-84db-0f964f9675e4', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 3, '2023-11-14 22:13:20+00', '2023-11-14 22:13:21+00', '2023-11-14 22:13:21+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7d9e-7ecd-9cb8-a9d95a87f6e1', 1, 'close', 'completed', NULL, '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 5, '2023-11-14 22:13:20+00', '2023-11-14 22:13:22+00', '2023-11-14 22:13:22+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7d9e-779d-bf43-4890c0f15cae', 1, 'limits', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 6, '2023-11-14 22:13:20+00', '2023-11-14 22:13:23+00', '2023-11-14 22:13:23+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7dc8-7436-86d6-9769a42579b7', 1, 'withdrawal', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 500, 'EUR', 100200, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 8, '2023-11-14 22:13:23+00', '2023-11-14 22:13:25+00', '2023-11-14 22:13:25+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 3, 100200, '\xd332526f3fab1d34369501e8647373ffff473bfc6f98e4a3779f37a944eba8b1', 5, -205200, '\xa2d035fdadb1c510f3eb6755ebef99f06c998b29de7e862acba2359ec99ae849'),
	('01a21f5c-7dc8-701d-a46c-356b95ddb937', 1, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 2000, 'EUR', 98200, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 9, '2023-11-14 22:13:23+00', '2023-11-14 22:13:26+00', '2023-11-14 22:13:26+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 4, 98200, '\xce54bf8caadcff1f7cad891861d4cdb16ee5b43f9798b791440cd778b812201a', 1, 2000, '\x2f2bc647ce193ec362299da01b7d467faac30a7e9524a187c4e10f8bf79555ed'),
	('01a21f5c-7dc8-7ed3-965a-091dd17db2ea', 1, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 300, 'EUR', 97900, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 11, '2023-11-14 22:13:23+00', '2023-11-14 22:13:27+00', '2023-11-14 22:13:27+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', 5, 97900, '\x409bbea873ceff1de5bb0c3bd40b694318e52d7cf599a4d0641833663e77f623', 2, 100300, '\xc8997e52f233991a9c0ae0f1b571fa09fe874600fa578ff1195d425e61528a09'),
	('01a21f5c-7dc8-79a0-9bf2-a6a829c4d36b', 2, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-77b6-a7de-e3eb6b060df5', 250, 'EUR', 98150, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 12, '2023-11-14 22:13:23+00', '2023-11-14 22:13:28+00', '2023-11-14 22:13:28+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 2, 1750, '\x5cc973a0b10907f3cfd0d38b46041789fd9d9845d196e7895713306f125b5b26', 6, 98150, '\xfd393f93915677379710674ee21be65a2020a05930028ab6d6ae003628c2c4a0'),
	('01a21f5c-7dc8-79a0-9bf2-a6a829c4d36b', 1, 'transfer', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-77b6-a7de-e3eb6b060df5', 250, 'EUR', 19750, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 6, '2023-11-14 22:13:23+00', '2023-11-14 22:13:28+00', '2023-11-14 22:13:28+00', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '5cca0455-f770-c798-85c3-7c88f160dd5b', 2, 19750, '\x9b57206e4d28f0dc57bf227c54e030695808793053377319951c73294807ab4a', 1, 250, '\xb04e254003bab38ac1c981cf9c9a0af7a431a8320fcfdaadbe1439eae3c9eccb'),
	('01a21f5c-7dc8-7bf4-85e5-0d8744cc69dc', 1, 'transfer', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 51940, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 5, '2023-11-14 22:13:23+00', '2023-11-14 22:13:29+00', '2023-11-14 22:13:29+00', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', 3, 51940, '\x04d5a0c8da0743443300c3bd159ccd6c6309787b4788498a048f0dde1b7f340a', 2, -1940, '\x3dc7759f25530b11ea13a63df1a536ce5955c43228b93323d3b2a8e0b353c4c0'),
	('01a21f5c-7dc8-7bf4-85e5-0d8744cc69dc', 2, 'transfer', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 19810, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 8, '2023-11-14 22:13:23+00', '2023-11-14 22:13:29+00', '2023-11-14 22:13:29+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 2, 190, '\xf128468d2039c494480349769755a9cbf9c5353160a7efc850a83b7521b82370', 3, 19810, '\x7be87dc22cc2d3a5071036a528091a62a0e2cd5f422f6387d1e46ad2b90f83ac'),
	('01a21f5c-7dc8-701d-a46c-356b95ddb937', 2, 'transfer', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 2000, 'EUR', 52000, NULL, NULL, NULL, NULL, 150, 'ffffffffffffffffffffffffffffffff', 'req', 1, 4, '2023-11-14 22:13:23+00', '2023-11-14 22:13:26+00', '2023-11-14 22:13:26+00', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 1, -2000, '\x149656856f4796ed75e52371b5b4e9a1773050a50384c3604502d03f5e9c7ed2', 2, 52000, '\x26fcefde7cb2760921b5ff71e6ddd81971b6b212906f5a025b2d82e125ba9d59'),
	('01a21f5c-7e69-7110-84b2-b69d8ba8b533', 2, 'reversal', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 150, 'EUR', 98300, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 13, '2023-11-14 22:13:29+00', '2023-11-14 22:13:30+00', '2023-11-14 22:13:30+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 3, 1600, '\x1eac3601341583e122aa33ebaccca2223ae513c86bc7e03928971ff498db28b8', 7, 98300, '\xd833a9e7ba7f8429d6f9a2381adfac54bbb69d4d925638bac102adf30d973463'),
	('01a21f5c-7e69-7110-84b2-b69d8ba8b533', 1, 'reversal', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 150, 'EUR', 51790, NULL, NULL, NULL, '01a21f5c-7dc8-701d-a46c-356b95ddb937', 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 7, '2023-11-14 22:13:29+00', '2023-11-14 22:13:30+00', '2023-11-14 22:13:30+00', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', 4, 51790, '\x2e810720f7d7d9a2f30a963d0c268c843b74367ce2a6469f253fa59a3e0a7590', 3, -1790, '\x1daf274f9a1cb91ad06b8d5613ccc51dd48e4894cf13af4739b24039dfb7edcc'),
	('01a21f5c-7dc8-7ed3-965a-091dd17db2ea', 2, 'transfer', 'completed', NULL, '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 300, 'EUR', 100300, NULL, NULL, NULL, NULL, 300, 'ffffffffffffffffffffffffffffffff', 'req', 0, 11, '2023-11-14 22:13:23+00', '2023-11-14 22:13:27+00', '2023-11-14 22:13:27+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7e69-703e-bf08-70a254ef5929', 1, 'reversal', 'completed', NULL, '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 300, 'EUR', 100000, NULL, NULL, NULL, '01a21f5c-7dc8-7ed3-965a-091dd17db2ea', 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 14, '2023-11-14 22:13:29+00', '2023-11-14 22:13:31+00', '2023-11-14 22:13:31+00', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 3, 100000, '\x4f0a004cc209736d1a5fc1659f7749dca2e8627aa90e13a3d3c4d8889933a33f', 8, 98600, '\xb71883f45f6499747b6207c32422fca628b3649f911fce24be661effb20c52cf'),
	('01a21f5c-7e69-703e-bf08-70a254ef5929', 2, 'reversal', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 300, 'EUR', 98600, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 14, '2023-11-14 22:13:29+00', '2023-11-14 22:13:31+00', '2023-11-14 22:13:31+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7dc8-7d67-88b6-a27061032d18', 1, 'deposit', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 700, 'EUR', 100700, 'tab	and \ é', NULL, NULL, NULL, 100, 'ffffffffffffffffffffffffffffffff', 'r-1', 0, 7, '2023-11-14 22:13:23+00', '2023-11-14 22:13:24+00', '2023-11-14 22:13:24+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 4, -205700, '\x023de74f59b086da8f92860c69280f0571fa5a9d9597b8b03b3ab390966a4262', 2, 100700, '\x313a9077bd1bd6c6f4d1d5b9d9706b64d3bf675e7312cd052c9effb1d6d01b10'),
	('01a21f5c-7e69-7296-be3e-9cf4cf1bd6ec', 1, 'reversal', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 100, 'EUR', 98500, NULL, NULL, NULL, '01a21f5c-7dc8-7d67-88b6-a27061032d18', 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 15, '2023-11-14 22:13:29+00', '2023-11-14 22:13:32+00', '2023-11-14 22:13:32+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 9, 98500, '\x60e0db71965e1f78abbf8cea76c046dfc03914cb469b8990aa673a381cde6bca', 6, -205100, '\xb3ff543c3b9522bab33755e97c3f6cb03d8ed41900fa03331404b839e40fe8ec'),
	('01a21f5c-7e69-721b-a508-1d43c4d35ffc', 1, 'reversal', 'rejected', 'exceeds_original', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 10000, 'EUR', NULL, NULL, NULL, NULL, '01a21f5c-7dc8-701d-a46c-356b95ddb937', 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 9, '2023-11-14 22:13:29+00', '2023-11-14 22:13:33+00', '2023-11-14 22:13:33+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7ea0-7611-b56f-db474ab4ddff', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 98500, NULL, NULL, '01a21f5c-7ea0-7611-b56f-db474ab4ddff', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 16, '2023-11-14 22:13:33+00', '2023-11-14 22:13:34+00', '2023-11-14 22:13:34+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7ea0-7f43-b1cd-418d171e16f7', 1, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 98460, NULL, NULL, '01a21f5c-7ea0-7611-b56f-db474ab4ddff', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 17, '2023-11-14 22:13:33+00', '2023-11-14 22:13:35+00', '2023-11-14 22:13:35+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 10, 98460, '\xd948759ce27e28d3b91384317604a3deb1e581fad5846ff7efe4540b1278a73c', 7, -205060, '\x483ac20e23bfa798fc57f29c1052e9cebc50e7640dd909f09b58b053bb08e90b'),
	('01a21f5c-7eb3-78ac-aa6d-200ccb93b279', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-7ea0-7611-b56f-db474ab4ddff', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 18, '2023-11-14 22:13:35+00', '2023-11-14 22:13:36+00', '2023-11-14 22:13:36+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7eba-7904-b2f8-f27583d23e66', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 98460, NULL, NULL, '01a21f5c-7eba-7904-b2f8-f27583d23e66', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 19, '2023-11-14 22:13:36+00', '2023-11-14 22:13:37+00', '2023-11-14 22:13:37+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7eba-760c-bde7-d29d75507822', 1, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 98420, NULL, NULL, '01a21f5c-7eba-7904-b2f8-f27583d23e66', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 20, '2023-11-14 22:13:36+00', '2023-11-14 22:13:38+00', '2023-11-14 22:13:38+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', 11, 98420, '\xf6a325d57e219f64742fbd1045fdf8c78dca8220b3c7d781cb973a40399defa7', 4, 100040, '\x27abb6f12b38093d9b4f38a9b157d925deb74ffb73bbddd7134456f1fbb47050'),
	('01a21f5c-7eba-760c-bde7-d29d75507822', 2, 'capture', 'completed', NULL, '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 100040, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 20, '2023-11-14 22:13:36+00', '2023-11-14 22:13:38+00', '2023-11-14 22:13:38+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7ecf-712b-8b57-6d27fe192449', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-7eba-7904-b2f8-f27583d23e66', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 21, '2023-11-14 22:13:38+00', '2023-11-14 22:13:39+00', '2023-11-14 22:13:39+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7ee2-786a-adb4-c6f641b45057', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 98420, NULL, NULL, '01a21f5c-7ee2-786a-adb4-c6f641b45057', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 22, '2023-11-14 22:13:39+00', '2023-11-14 22:13:40+00', '2023-11-14 22:13:40+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7ee2-7920-ae5c-fcb5ef51bb7e', 2, 'capture', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 51830, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 10, '2023-11-14 22:13:39+00', '2023-11-14 22:13:41+00', '2023-11-14 22:13:41+00', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 4, -1830, '\x3bce92c1abb42620ca5c9883b780e05c9fd48b0044a9b70177e9b9bc51ecfe4b', 5, 51830, '\xb49894a594ce2d504db11ba0a28c93acd75ca700d73e25124f1514e1e9798568'),
	('01a21f5c-7ee2-7920-ae5c-fcb5ef51bb7e', 1, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 98380, NULL, NULL, '01a21f5c-7ee2-786a-adb4-c6f641b45057', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 23, '2023-11-14 22:13:39+00', '2023-11-14 22:13:41+00', '2023-11-14 22:13:41+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 12, 98380, '\xd29e8765c7783f14f5296f7dd48cd597482ce69c5e98ef74cac005f40edcc248', 4, 1640, '\x3ef9eb2bae6196d2c756b9ed856332d5aa7ecbad02a1cfddb4ee75dbe490a37f'),
	('01a21f5c-7f06-7d40-935d-9ec9dcb2cc2b', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-7ee2-786a-adb4-c6f641b45057', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 25, '2023-11-14 22:13:41+00', '2023-11-14 22:13:42+00', '2023-11-14 22:13:42+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7f0a-7255-8185-d39d6a3101fb', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 98380, NULL, NULL, '01a21f5c-7f0a-7255-8185-d39d6a3101fb', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 26, '2023-11-14 22:13:42+00', '2023-11-14 22:13:43+00', '2023-11-14 22:13:43+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7f0a-7d58-85a1-7a0d3dc15fe7', 2, 'capture', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 19870, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 9, '2023-11-14 22:13:42+00', '2023-11-14 22:13:44+00', '2023-11-14 22:13:44+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 3, 130, '\xd73844865e8e21c56061a07524a388c4286ca1f42fd07a16fa6275f7a77a5f19', 4, 19870, '\xe65efd018e735e1807224ce9f025c1df52fee3fc93f280596870e3ff5ed4694f'),
	('01a21f5c-7f41-71fa-9d20-c011a8209f44', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-7f0a-7255-8185-d39d6a3101fb', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 29, '2023-11-14 22:13:44+00', '2023-11-14 22:13:45+00', '2023-11-14 22:13:45+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7f51-7cc3-beed-1234e28cc9d6', 1, 'capture', 'rejected', 'account_frozen', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, '01a21f5c-7f51-7274-81d6-fc1663131474', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 31, '2023-11-14 22:13:45+00', '2023-11-14 22:13:47+00', '2023-11-14 22:13:47+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 14, 98280, '\x46d403cb34a02dcb77dfb0e1659bccdbb4df8381721b8877aae26f539de723d2', 6, 1740, '\xf443c26959b3733881e89ecf4ee0ad72bb43de498eaea148fb64d62cfbe45aa7'),
	('01a21f5c-7f51-7cc3-beed-1234e28cc9d6', 3, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 31, '2023-11-14 22:13:45+00', '2023-11-14 22:13:47+00', '2023-11-14 22:13:47+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 7, 1700, '\x4fb64ca27932dc9eba7f2beba9740da04ecadf616e3af21ab551da2b02e7fe3c', 15, 98320, '\x0c2ab07f58632c6bcc961ce76dedbaa85b563849e70df29b0f2fd9db9a443b08'),
	('01a21f5c-7f7e-7a1f-9ed1-6a98b9f703ad', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 98320, NULL, NULL, '01a21f5c-7f7e-7a1f-9ed1-6a98b9f703ad', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 34, '2023-11-14 22:13:48+00', '2023-11-14 22:13:49+00', '2023-11-14 22:13:49+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7f7e-7967-ad4e-bffd8d13b25e', 2, 'capture', 'rejected', 'currency_mismatch', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 10, '2023-11-14 22:13:48+00', '2023-11-14 22:13:50+00', '2023-11-14 22:13:50+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7fad-774e-b56e-dfd94860ee39', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-7f7e-7a1f-9ed1-6a98b9f703ad', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 37, '2023-11-14 22:13:50+00', '2023-11-14 22:13:51+00', '2023-11-14 22:13:51+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7fb8-77f1-bec9-a400a57b0445', 1, 'capture', 'rejected', 'account_closed', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, '01a21f5c-7fb8-7777-b96c-b9c8a1863370', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 39, '2023-11-14 22:13:51+00', '2023-11-14 22:13:53+00', '2023-11-14 22:13:53+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 18, 98280, '\x479f95345697df465e472be6bf9544588b3bd89df1850d13691fe11ea874431e', 10, 1740, '\xe89569fc9ceaf114ee81b4dcb8cd7e51bacb84b54727028ff3f49633aad870e0'),
	('01a21f5c-7fb8-77f1-bec9-a400a57b0445', 3, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 39, '2023-11-14 22:13:51+00', '2023-11-14 22:13:53+00', '2023-11-14 22:13:53+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 11, 1700, '\xd30357948ee585fdf773dd511a23d3430ada0f5f950e95b43210ef56e908a8bb', 19, 98320, '\xe7de36025c065e0f4e4788e72acd27bd0ca7b8f079cf2b00c08beb1487fb8380'),
	('01a21f5c-7fe2-7687-983b-244a94c03d00', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 98320, NULL, NULL, '01a21f5c-7fe2-7687-983b-244a94c03d00', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 42, '2023-11-14 22:13:54+00', '2023-11-14 22:13:55+00', '2023-11-14 22:13:55+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7fef-7368-9856-36b3cfedcfe6', 1, 'void', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 98320, NULL, NULL, '01a21f5c-7fe2-7687-983b-244a94c03d00', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 44, '2023-11-14 22:13:56+00', '2023-11-14 22:13:57+00', '2023-11-14 22:13:57+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7ffa-7a3f-9d3f-bdb2634b8beb', 1, 'hold_expiry', 'rejected', 'expiry_not_due', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, NULL, 75, 'EUR', NULL, NULL, NULL, '01a21f5c-7ffa-7224-8def-ad73b27d11d6', NULL, 0, '', 'req', 0, 46, '2023-11-14 22:13:57+00', '2023-11-14 22:13:59+00', '2023-11-14 22:13:59+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8026-7115-afd7-686dbc10b24c', 1, 'capture', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 75, 'EUR', NULL, NULL, NULL, '01a21f5c-7ffa-7224-8def-ad73b27d11d6', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 48, '2023-11-14 22:15:59+00', '2023-11-14 22:16:01+00', '2023-11-14 22:16:01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8057-7955-8b49-0eaecd5e3677', 1, 'hold', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 75, 'EUR', 51830, NULL, NULL, '01a21f5c-8057-7955-8b49-0eaecd5e3677', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 12, '2023-11-14 22:16:02+00', '2023-11-14 22:16:03+00', '2023-11-14 22:16:03+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8066-7aaf-8340-c7cc25c44748', 1, 'hold_expiry', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, NULL, 75, 'EUR', 51830, NULL, NULL, '01a21f5c-8057-7955-8b49-0eaecd5e3677', NULL, 0, '', 'req', 1, 14, '2023-11-14 22:18:04+00', '2023-11-14 22:18:05+00', '2023-11-14 22:18:05+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-7b97-b767-290cf6652a60', 2, 'transfer', 'rejected', 'account_frozen', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 17, '2023-11-14 22:18:07+00', '2023-11-14 22:18:08+00', '2023-11-14 22:18:08+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-7182-a760-3c239168d8b4', 1, 'transfer', 'rejected', 'account_closed', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 52, '2023-11-14 22:18:07+00', '2023-11-14 22:18:09+00', '2023-11-14 22:18:09+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 22, 97920, '\x8f657e119e1ed93ce227c249d4d0098e1d6b4c0f0aade1714390a4e4eda97729', 14, 2100, '\x42f9fcd76be860580e5f06f57d1af3064ba9e729d9675a036e405cf44fa52bc3'),
	('01a21f5c-807c-7182-a760-3c239168d8b4', 3, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 52, '2023-11-14 22:18:07+00', '2023-11-14 22:18:09+00', '2023-11-14 22:18:09+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 15, 1700, '\xfa8cca3fef58db18754c3f27f079d188f346223ee09a7bc73fa2195615b08540', 23, 98320, '\x288002863fa0f1fc4843e868f3a4f873c166fada62b8f886b450d69605ba4e53'),
	('01a21f5c-807c-7060-82e7-2ca4d422cd7d', 2, 'transfer', 'rejected', 'currency_mismatch', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 13, '2023-11-14 22:18:07+00', '2023-11-14 22:18:10+00', '2023-11-14 22:18:10+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-7e19-9e0e-68b18134168f', 1, 'transfer', 'rejected', 'unknown_account', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 'abababab-abab-abab-abab-abababababab', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 56, '2023-11-14 22:18:07+00', '2023-11-14 22:18:11+00', '2023-11-14 22:18:11+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 26, 97920, '\x1abd904795b5de52179efd71c640cca14dc9c3801e1b5ecfbeb4be1ddd2dda4a', 18, 2100, '\xdf7371f1e74266f583dd0a4d230819d1d295d74f874d1545d2c82938b4f709fa'),
	('01a21f5c-807c-7e19-9e0e-68b18134168f', 3, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', 'abababab-abab-abab-abab-abababababab', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 56, '2023-11-14 22:18:07+00', '2023-11-14 22:18:11+00', '2023-11-14 22:18:11+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 19, 1700, '\xdc94dda33e42daf078d2afb6ce740c3c3679ca9883902dd57af64c809e74b13d', 27, 98320, '\xc9992e4920bd04880ca150fd16948301a1368a1b3ebd93c5c9e5898ffb3a230b'),
	('01a21f5c-807c-7a7a-a947-4f1c25c0edae', 1, 'deposit', 'rejected', 'unknown_account', 'cdcdcdcd-cdcd-cdcd-cdcd-cdcdcdcdcdcd', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 1, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 58, '2023-11-14 22:18:07+00', '2023-11-14 22:18:13+00', '2023-11-14 22:18:13+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7f0a-7d58-85a1-7a0d3dc15fe7', 1, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 98320, NULL, NULL, '01a21f5c-7f0a-7255-8185-d39d6a3101fb', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 27, '2023-11-14 22:13:42+00', '2023-11-14 22:13:44+00', '2023-11-14 22:13:44+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 13, 98320, '\x6123772ea87d536c7b86e98ad43e95d40ce77396078ee509d4e3bbfa2768d475', 5, 1700, '\x889f6076fdbd1cb9fe2de250021a58bb74ccfdbf19a4e86b003d161f4d555549'),
	('01a21f5c-7f51-7274-81d6-fc1663131474', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 98320, NULL, NULL, '01a21f5c-7f51-7274-81d6-fc1663131474', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 30, '2023-11-14 22:13:45+00', '2023-11-14 22:13:46+00', '2023-11-14 22:13:46+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7f51-7cc3-beed-1234e28cc9d6', 2, 'capture', 'rejected', 'account_frozen', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 11, '2023-11-14 22:13:45+00', '2023-11-14 22:13:47+00', '2023-11-14 22:13:47+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7f77-7aac-91a9-4c8857954476', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-7f51-7274-81d6-fc1663131474', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 33, '2023-11-14 22:13:47+00', '2023-11-14 22:13:48+00', '2023-11-14 22:13:48+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7f7e-7967-ad4e-bffd8d13b25e', 1, 'capture', 'rejected', 'currency_mismatch', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, '01a21f5c-7f7e-7a1f-9ed1-6a98b9f703ad', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 35, '2023-11-14 22:13:48+00', '2023-11-14 22:13:50+00', '2023-11-14 22:13:50+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 16, 98280, '\x032c76bcb505490509ee6203e6c72266fdf34848e9d70dd667f956b90752013e', 8, 1740, '\x5ca218c020e850c22f35cf4da15ed8bda94f5cdc7f0f248748ec1a6f110b8075'),
	('01a21f5c-7f7e-7967-ad4e-bffd8d13b25e', 3, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 35, '2023-11-14 22:13:48+00', '2023-11-14 22:13:50+00', '2023-11-14 22:13:50+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 9, 1700, '\x66732f775848e0dae9dc1e35c9bb93e4627f8b29c7da9213a859588e63a10056', 17, 98320, '\xf71205aa47c2170c93f3ef7b6f9c6a98c11c632be8c7241d6eb0def12d47c818'),
	('01a21f5c-7fb8-7777-b96c-b9c8a1863370', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 98320, NULL, NULL, '01a21f5c-7fb8-7777-b96c-b9c8a1863370', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 38, '2023-11-14 22:13:51+00', '2023-11-14 22:13:52+00', '2023-11-14 22:13:52+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7fb8-77f1-bec9-a400a57b0445', 2, 'capture', 'rejected', 'account_closed', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 11, '2023-11-14 22:13:51+00', '2023-11-14 22:13:53+00', '2023-11-14 22:13:53+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7fdb-7e54-822c-79326ee57a68', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-7fb8-7777-b96c-b9c8a1863370', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 41, '2023-11-14 22:13:53+00', '2023-11-14 22:13:54+00', '2023-11-14 22:13:54+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7fe2-7603-acef-f4d9823b6a67', 1, 'capture', 'rejected', 'amount_exceeds_hold', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 4000, 'EUR', NULL, NULL, NULL, '01a21f5c-7fe2-7687-983b-244a94c03d00', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 43, '2023-11-14 22:13:54+00', '2023-11-14 22:13:56+00', '2023-11-14 22:13:56+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-7ffa-7224-8def-ad73b27d11d6', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 75, 'EUR', 98320, NULL, NULL, '01a21f5c-7ffa-7224-8def-ad73b27d11d6', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 45, '2023-11-14 22:13:57+00', '2023-11-14 22:13:58+00', '2023-11-14 22:13:58+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8026-7558-983a-dd5a5d3caa8a', 1, 'hold_expiry', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, NULL, 75, 'EUR', 98320, NULL, NULL, '01a21f5c-7ffa-7224-8def-ad73b27d11d6', NULL, 0, '', 'req', 0, 47, '2023-11-14 22:15:59+00', '2023-11-14 22:16:00+00', '2023-11-14 22:16:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8057-7253-8187-3b796daa180b', 1, 'hold_expiry', 'rejected', 'expiry_not_due', '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, NULL, 75, 'EUR', NULL, NULL, NULL, '01a21f5c-8057-7955-8b49-0eaecd5e3677', NULL, 0, '', 'req', 1, 13, '2023-11-14 22:16:02+00', '2023-11-14 22:16:04+00', '2023-11-14 22:16:04+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8066-72e1-b664-5dce827afd09', 1, 'capture', 'rejected', 'hold_not_open', '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 75, 'EUR', NULL, NULL, NULL, '01a21f5c-8057-7955-8b49-0eaecd5e3677', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 15, '2023-11-14 22:18:04+00', '2023-11-14 22:18:06+00', '2023-11-14 22:18:06+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-7b97-b767-290cf6652a60', 1, 'transfer', 'rejected', 'account_frozen', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 50, '2023-11-14 22:18:07+00', '2023-11-14 22:18:08+00', '2023-11-14 22:18:08+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 20, 97920, '\x745b7c0c9dbf9645bd7386ead1a6866ef2d882caa6ef4c62474bd556e6cf6b8e', 12, 2100, '\x8af5be332986a0cc6895d193376745a4195f3659174cb56647c4cdfe5515d4d0'),
	('01a21f5c-807c-7b97-b767-290cf6652a60', 3, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 50, '2023-11-14 22:18:07+00', '2023-11-14 22:18:08+00', '2023-11-14 22:18:08+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 13, 1700, '\xc46307ee6fb1a7ac1f406db0ccf7780a7e4bb63d31ce7c1bda83e20bdd9b9522', 21, 98320, '\x458e82b586dffbeb65d4564a563ca35f354ce429c727807abe42a62d597949a8'),
	('01a21f5c-807c-7182-a760-3c239168d8b4', 2, 'transfer', 'rejected', 'account_closed', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 12, '2023-11-14 22:18:07+00', '2023-11-14 22:18:09+00', '2023-11-14 22:18:09+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-7060-82e7-2ca4d422cd7d', 1, 'transfer', 'rejected', 'currency_mismatch', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 54, '2023-11-14 22:18:07+00', '2023-11-14 22:18:10+00', '2023-11-14 22:18:10+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 24, 97920, '\xca5af9b600d4518ccb3f8f81197439ebddaf8c3b38f45897965ee7cdc8dfc7c7', 16, 2100, '\x70c961db3ce643ef3d91d782e3f6e81a5de81b1a15e000146f0c24da75250b43'),
	('01a21f5c-807c-7060-82e7-2ca4d422cd7d', 3, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', 98320, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 54, '2023-11-14 22:18:07+00', '2023-11-14 22:18:10+00', '2023-11-14 22:18:10+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 17, 1700, '\x340d88d3f045968d6a1e1aefb88f89457cf581ce3c67e6147549fad14c42c1a4', 25, 98320, '\x79e3c8a78f4502b921367400604ca61a019e36cff50cdb8c81a8143c3b408f9e'),
	('01a21f5c-807c-7e19-9e0e-68b18134168f', 2, 'transfer', 'rejected', 'unknown_account', 'abababab-abab-abab-abab-abababababab', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 400, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 18, '2023-11-14 22:18:07+00', '2023-11-14 22:18:11+00', '2023-11-14 22:18:11+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-79f8-b4cc-11077f4f5e07', 1, 'withdrawal', 'rejected', 'insufficient_funds', '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 10000000, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 19, '2023-11-14 22:18:07+00', '2023-11-14 22:18:12+00', '2023-11-14 22:18:12+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-7860-8cd9-7927c82b849d', 1, 'deposit', 'rejected', 'currency_mismatch', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 1, 'USD', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 59, '2023-11-14 22:18:07+00', '2023-11-14 22:18:14+00', '2023-11-14 22:18:14+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-79a2-a354-b191de66d5d1', 2, 'transfer', 'rejected', 'account_frozen', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7d87-70d9-a271-caf51524eb24', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 200, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 20, '2023-11-14 22:18:07+00', '2023-11-14 22:18:15+00', '2023-11-14 22:18:15+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-79d2-8080-a3adcfb48bf7', 1, 'hold', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 300, 'EUR', 5000, NULL, NULL, '01a21f5c-807c-79d2-8080-a3adcfb48bf7', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 62, '2023-11-14 22:18:07+00', '2023-11-14 22:18:16+00', '2023-11-14 22:18:16+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-72d9-9d32-0333f4082134', 1, 'transfer', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 450, 'EUR', 4550, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 64, '2023-11-14 22:18:07+00', '2023-11-14 22:18:18+00', '2023-11-14 22:18:18+00', '01a21f5c-7d87-70d9-a271-caf51524eb24', '7a412a16-2432-cdcb-da07-b9045fb8315c', 4, 4550, '\x815fbfd5ec425f391cc04238ff40ba2f818268a23760fd5868c1547e6cf18d70', 22, 2150, '\x907abe9211b0294425ad2c861de989cddef0faed37569ba713f069103b96c509'),
	('01a21f5c-807c-7494-b510-754d1f08c778', 1, 'withdrawal', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 50, 'EUR', 4500, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 67, '2023-11-14 22:18:07+00', '2023-11-14 22:18:20+00', '2023-11-14 22:18:20+00', '01a21f5c-7d87-70d9-a271-caf51524eb24', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 5, 4500, '\x0db205f887d63ee0daf72775e3f7aaed62987bc2c5f2dba7b42a40198eec291e', 8, -205010, '\xfe1a88b0987f7dce10059da447825b2b0bd77ed66cce81608158cca1f68e4109'),
	('01a21f5c-807c-749b-991e-6a3f386269a4', 1, 'withdrawal', 'rejected', 'limit_exceeded', '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 1, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 69, '2023-11-14 22:18:07+00', '2023-11-14 22:18:22+00', '2023-11-14 22:18:22+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-79a2-a354-b191de66d5d1', 1, 'transfer', 'rejected', 'account_frozen', '01a21f5c-7d87-70d9-a271-caf51524eb24', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 200, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 60, '2023-11-14 22:18:07+00', '2023-11-14 22:18:15+00', '2023-11-14 22:18:15+00', '01a21f5c-7d87-70d9-a271-caf51524eb24', '7a412a16-2432-cdcb-da07-b9045fb8315c', 2, 4800, '\x262d8b3438715e6ebcd23dffb8c81fb7b6b5488b4ac2570cf9b722bbc244d180', 20, 1900, '\xccdd52ea4186b5c9dea3c45a94342d13923803974a7c98583c2a8c30472fbaad'),
	('01a21f5c-807c-79a2-a354-b191de66d5d1', 3, 'transfer', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 200, 'EUR', 5000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 60, '2023-11-14 22:18:07+00', '2023-11-14 22:18:15+00', '2023-11-14 22:18:15+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7d87-70d9-a271-caf51524eb24', 21, 1700, '\xda526a3f9766c9f01953736656b30968e35c35bb329387f9ce18c63224e42de2', 3, 5000, '\x8868c878f8f501a3ea6f2b706d4c4ad32d5de10e4e84ce7e2c64533c3a15cf01'),
	('01a21f5c-807c-7884-a120-07ddd3424570', 1, 'void', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 300, 'EUR', 5000, NULL, NULL, '01a21f5c-807c-79d2-8080-a3adcfb48bf7', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 63, '2023-11-14 22:18:07+00', '2023-11-14 22:18:17+00', '2023-11-14 22:18:17+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-72d9-9d32-0333f4082134', 2, 'transfer', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7d87-70d9-a271-caf51524eb24', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 450, 'EUR', 52280, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 21, '2023-11-14 22:18:07+00', '2023-11-14 22:18:18+00', '2023-11-14 22:18:18+00', '2aa6b8c4-be46-3dc1-a409-5d20b4ebf2b4', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 5, -2280, '\x3e847a1acaf6928950d323d89ede1455fde83410b6bfc0afa2e5eac3d1a2d120', 6, 52280, '\x935f3fe172ea9c82f0bb59e241b17e6e9a1289ae54693ed98eb35d0f7124b5e0'),
	('01a21f5c-807c-7ab6-bad1-622a2231c224', 1, 'withdrawal', 'rejected', 'limit_exceeded', '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 51, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 66, '2023-11-14 22:18:07+00', '2023-11-14 22:18:19+00', '2023-11-14 22:18:19+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-807c-7a7b-a6e5-0b30ef339798', 1, 'withdrawal', 'rejected', 'limit_exceeded', '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 1, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 68, '2023-11-14 22:18:07+00', '2023-11-14 22:18:21+00', '2023-11-14 22:18:21+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-819a-7304-b2a6-9a747156b0f6', 1, 'withdrawal', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 900, 'EUR', 3600, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 70, '2023-11-15 22:18:22+00', '2023-11-15 22:18:23+00', '2023-11-15 22:18:23+00', '01a21f5c-7d87-70d9-a271-caf51524eb24', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 6, 3600, '\xe3dc0b740becf88ce368b97b1106f3b3903f487ada08d5e6c75f4d9eff864d72', 9, -204110, '\xc924bf49a86574554ea0f12df842b48e5a45f18f8501701978d22d076d82d8e5'),
	('01a21f5c-81c5-7dab-b586-b8c464463603', 1, 'freeze', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 72, '2023-11-15 22:18:24+00', '2023-11-15 22:18:25+00', '2023-11-15 22:18:25+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-81ef-704e-9f7d-db8ab3116f4e', 1, 'unfreeze', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 74, '2023-11-15 22:18:26+00', '2023-11-15 22:18:27+00', '2023-11-15 22:18:27+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-820a-705c-9eb9-dbe436f46257', 1, 'account_opening', 'completed', NULL, '01a21f5c-820a-705c-9eb9-dbe436f46257', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 22, '2023-11-15 22:18:28+00', '2023-11-15 22:18:28+00', '2023-11-15 22:18:28+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8212-74c6-8c81-42c3caff513b', 1, 'account_opening', 'completed', NULL, '01a21f5c-8212-74c6-8c81-42c3caff513b', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 23, '2023-11-15 22:18:28+00', '2023-11-15 22:18:28+00', '2023-11-15 22:18:28+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8219-79ea-88d0-e19c56a83f50', 1, 'account_opening', 'completed', NULL, '01a21f5c-8219-79ea-88d0-e19c56a83f50', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 24, '2023-11-15 22:18:28+00', '2023-11-15 22:18:28+00', '2023-11-15 22:18:28+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8239-7c97-adff-3e23f763281f', 1, 'account_opening', 'completed', NULL, '01a21f5c-8239-7c97-adff-3e23f763281f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 25, '2023-11-15 22:18:28+00', '2023-11-15 22:18:28+00', '2023-11-15 22:18:28+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8248-75ee-bda7-701d9af30b9d', 1, 'deposit', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 5000, 'EUR', 57280, NULL, NULL, NULL, NULL, 0, 'first', 'req', 1, 26, '2023-11-15 22:18:28+00', '2023-11-15 22:18:29+00', '2023-11-15 22:18:29+00', '8db42b97-a531-8b34-77cc-8e484f05ad73', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 2, -55000, '\x413e8288d53c0ca0dc49e05d3fdf483409249fbe64b9183bd3024e20ae846159', 7, 57280, '\xf88701f5ac784b12359966c5086aa0c774b0d31ff4abac02eed7bd06341927ed'),
	('01a21f5c-82d6-7f80-a47f-712fa6c62aac', 1, 'deposit', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 11, 'EUR', 19881, NULL, NULL, NULL, NULL, 0, 'wins', 'req', 2, 15, '2023-11-16 07:18:37+00', '2023-11-16 07:18:38.005+00', '2023-11-16 07:18:38.005+00', '017762ee-1f7c-b066-c4b5-0daee051b213', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 2, -20011, '\xf529bc0bc095e382a7435ca65c10dd439f9d7c30fbb84199c38cf4ceb38646ed', 5, 19881, '\xfe296a299df10869063d635522325477a971a0cc4d7b1173e5cd10383074b124'),
	('01a21f5c-82ed-7ad9-af18-73c9d6e80e8a', 1, 'deposit', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 11, 'EUR', 103331, NULL, NULL, NULL, NULL, 0, 'wins', 'req', 0, 81, '2023-11-16 07:18:38.005+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 12, -209119, '\xcab61ad84b9d1a0eb40ade6c6d5634013489e887e73711cb77ffeef95fcd158c', 29, 103331, '\x1a00b51d8e10fc809a2fab83c9da76eb69c2be6df7c17938fbaaa3a1faac12f9'),
	('01a21f5c-8309-7ff6-97d1-15f3bb44478b', 1, 'account_opening', 'completed', NULL, '01a21f5c-8309-7ff6-97d1-15f3bb44478b', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 82, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8316-7468-9742-d394fb2bbfae', 1, 'deposit', 'completed', NULL, '01a21f5c-8309-7ff6-97d1-15f3bb44478b', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 3000, 'EUR', 3000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 83, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f5c-8309-7ff6-97d1-15f3bb44478b', 13, -212119, '\xfb06848070927668dd4ee5e9a645de8abec5abbefd8ee12cf246d34e353a8aed', 1, 3000, '\x222ea30b4a97663993d78f216f8257db12d1d3fc6e30e17513300358e30dfa63'),
	('01a21f5c-8326-7680-8d33-114b462950ef', 1, 'account_opening', 'completed', NULL, '01a21f5c-8326-7680-8d33-114b462950ef', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 84, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8333-7231-ad45-7659b4273bc5', 1, 'deposit', 'completed', NULL, '01a21f5c-8326-7680-8d33-114b462950ef', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 3000, 'EUR', 3000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 85, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f5c-8326-7680-8d33-114b462950ef', 14, -215119, '\xd5244a3254902e7feb1fe63e03ccd0a9ab552266cde9addf0cdcbc05eae9a976', 1, 3000, '\x1c774eb8f41e877443372c11e805e186400bbc0f17eeef88a11862641c42996b'),
	('01a21f5c-8346-794b-85dc-17d0e928af2e', 1, 'account_opening', 'completed', NULL, '01a21f5c-8346-794b-85dc-17d0e928af2e', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 16, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8352-7e3b-80ad-e54d43d01963', 1, 'deposit', 'completed', NULL, '01a21f5c-8346-794b-85dc-17d0e928af2e', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 3000, 'EUR', 3000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 17, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '017762ee-1f7c-b066-c4b5-0daee051b213', '01a21f5c-8346-794b-85dc-17d0e928af2e', 3, -23011, '\x32f8303308e8ea01af5521b854f87b9d461fefb354319d54299d931041656ba2', 1, 3000, '\x50425bdf3c993448fa519e379d5d0e7d7566e42369eb4a6d6a3ad5f27f978e85'),
	('01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 1, 'account_opening', 'completed', NULL, '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 18, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-836e-7914-9bbd-35bfd3434f76', 1, 'deposit', 'completed', NULL, '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 3000, 'EUR', 3000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 19, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '017762ee-1f7c-b066-c4b5-0daee051b213', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 4, -26011, '\xeebc88bc1ca9eca1b9b164177e6dc6f7b3c96ae7a4766acdec08b74523de548b', 1, 3000, '\xb4ee0804fbfa762dc94668cb93692b93a7507f2d1077faf4f08a126d02d7e742'),
	('01a21f5c-8382-724f-914e-51212961be47', 1, 'account_opening', 'completed', NULL, '01a21f5c-8382-724f-914e-51212961be47', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 31, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8394-7843-96a6-00fd0b0d0927', 1, 'deposit', 'completed', NULL, '01a21f5c-8382-724f-914e-51212961be47', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 3000, 'EUR', 3000, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 32, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '8db42b97-a531-8b34-77cc-8e484f05ad73', '01a21f5c-8382-724f-914e-51212961be47', 4, -63000, '\x8078298a2d3601859931a7334defddf86e9323e2dcb291220e22cd23c44b891d', 1, 3000, '\x12b1e3fe8bba7b4dbecfc122a453d58aa0ff1e5b39b98de283e02d68b3b24104'),
	('01a21f5c-83a7-70d7-8955-d9b745290468', 1, 'transfer', 'pending', NULL, '01a21f5c-8326-7680-8d33-114b462950ef', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 120, 'EUR', 2880, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 86, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', NULL, '01a21f5c-8326-7680-8d33-114b462950ef', '7a412a16-2432-cdcb-da07-b9045fb8315c', 2, 2880, '\xee3bf705e033b11fade6c97806bab6a655d15713c84e9215493db716414ec2db', 23, 2270, '\xe20092e9fbcb6b4947f7d35549eb109a084219510b3d49f120f9ad8551fe100b'),
	('01a21f5c-83a7-7549-8c03-03b1fdc5a269', 1, 'transfer', 'pending', NULL, '01a21f5c-8326-7680-8d33-114b462950ef', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 130, 'EUR', 2750, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 87, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', NULL, '01a21f5c-8326-7680-8d33-114b462950ef', '7a412a16-2432-cdcb-da07-b9045fb8315c', 3, 2750, '\x31ecf4298febfdfd6da3cff07771d5f8385da2f65d5a9fdb8df404ece716ad6a', 24, 2400, '\x8a262a84b4f9cbb9d876692c778e7c5260ead7bdcaa9f08c23d9f882ce48cd2a'),
	('01a21f5c-819a-748e-90e0-8cfb88d4c999', 1, 'withdrawal', 'rejected', 'limit_exceeded', '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 101, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 71, '2023-11-15 22:18:22+00', '2023-11-15 22:18:24+00', '2023-11-15 22:18:24+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-81c5-7050-a550-5ea970bfc97c', 1, 'withdrawal', 'rejected', 'account_frozen', '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 1, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 73, '2023-11-15 22:18:24+00', '2023-11-15 22:18:26+00', '2023-11-15 22:18:26+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-81ef-753c-a66d-cbf655db1043', 1, 'withdrawal', 'completed', NULL, '01a21f5c-7d87-70d9-a271-caf51524eb24', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 2, 'EUR', 3598, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 75, '2023-11-15 22:18:26+00', '2023-11-15 22:18:28+00', '2023-11-15 22:18:28+00', '01a21f5c-7d87-70d9-a271-caf51524eb24', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 7, 3598, '\x4e12e7b5ed7cea0a7cf10795e6940380f51fedc538c8ba0a107d0e6e1d650dbe', 10, -204108, '\x48e284b8aebbb7d6aaadc8a9acc3ba8ef5c4d7e45fc77fff58b724964d2201d3'),
	('01a21f5c-827e-754a-9e99-a4148cc6d660', 1, 'deposit', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 5000, 'EUR', 103320, NULL, NULL, NULL, NULL, 0, 'first', 'req', 0, 77, '2023-11-16 01:18:31+00', '2023-11-16 01:18:32+00', '2023-11-16 01:18:32+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 11, -209108, '\xa43e6bdef3bc7a58f7819509ab7dd5eb092b8636f2e7ed6def1cd0a18fa44d58', 28, 103320, '\x88d453c7afa7f553d237269bf2fb5f1bd7deffd54936a33ff56a34d8d09b81ce'),
	('01a21f5c-82a7-7bdd-8628-359f6274e14d', 1, 'deposit', 'completed', NULL, '01a21f5c-8239-7c97-adff-3e23f763281f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 5000, 'EUR', 5000, NULL, NULL, NULL, NULL, 0, 'first', 'req', 1, 28, '2023-11-16 04:18:34+00', '2023-11-16 04:18:35+00', '2023-11-16 04:18:35+00', '8db42b97-a531-8b34-77cc-8e484f05ad73', '01a21f5c-8239-7c97-adff-3e23f763281f', 3, -60000, '\x63363e105bee73fdad36c205df5271faffe1294468a8b4b4e2f21dfa4f111f1b', 1, 5000, '\x95bd7ab125b28f0209c7828687814301cdeaba92aacbb296f283b27e9602ac93'),
	('01a21f5c-83a7-7549-8c03-03b1fdc5a269', 2, 'transfer', 'rejected', 'account_frozen', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-8326-7680-8d33-114b462950ef', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 130, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 33, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-83df-7937-adb4-e82f438b27fe', 1, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-8326-7680-8d33-114b462950ef', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 90, 'EUR', 103241, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 92, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:41.01+00', '2023-11-16 07:18:41.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-8326-7680-8d33-114b462950ef', 30, 103241, '\xfdafa67b44b350abcd004975959de77c528b7da47d34d98b1538033056e5bbc1', 4, 2840, '\x68fb335080b16cfbeae37ea2cea7d1deac50458cde8b52b2ef002f2b16a2cdfe'),
	('01a21f5c-83df-7937-adb4-e82f438b27fe', 2, 'transfer', 'completed', NULL, '01a21f5c-8326-7680-8d33-114b462950ef', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 90, 'EUR', 2840, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 92, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:41.01+00', '2023-11-16 07:18:41.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8479-76eb-9008-04d2cff71d64', 1, 'parked_resolution', 'rejected', 'not_parked', '01a21f5c-8382-724f-914e-51212961be47', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 39, '2023-11-16 07:18:48.01+00', '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:49.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-84c3-7baa-a60f-4fb858f32aab', 1, 'withdrawal', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 500, 'EUR', 103397, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 97, '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:51.01+00', '2023-11-16 07:18:51.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 33, 103397, '\xc1e80bccc0d3b47efcbc96ab294ed303c4817d900d7a6fb9088ab49382e821b1', 16, -215319, '\xa5ec2dbf3a8bd3a10794121ee6cb78d5c0057d33cf596835b9ee8d0b035108d4'),
	('01a21f5c-84c3-7027-9b7f-023b97fffeac', 1, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 300, 'EUR', 101097, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 100, '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:53.01+00', '2023-11-16 07:18:53.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 35, 101097, '\x085bad651696c11cd943fd9c01fda73d48ea703408904c29992a969335f60e43', 27, 4744, '\x4ad34f13c8a041ec66ed6d0a71d6ad1030c4cca56d81121817adb2a075b38e3a'),
	('01a21f5c-84c3-7884-975e-6840be3106a6', 2, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-77b6-a7de-e3eb6b060df5', 250, 'EUR', 101347, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 102, '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:54.01+00', '2023-11-16 07:18:54.01+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 28, 4494, '\x97471d273b55d348a2ed0beae22d4dbd66538648a1d4096b3dab9a391b252508', 36, 101347, '\xa241be0799d7e3743b53c24fdc95aea8159fea7ef4728197fb0ee6f75d23b894'),
	('01a21f5c-84c3-7cc2-8ff8-a38597426b07', 1, 'transfer', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 59220, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 28, '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:55.01+00', '2023-11-16 07:18:55.01+00', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '5cca0455-f770-c798-85c3-7c88f160dd5b', 9, 59220, '\x4f8d1c09664ecbc0a4add3f1c57738ccef7232552046a24770ebef8c70fa4223', 7, -2230, '\x991d6750ea5a75b2af0f2afb672c82ee243e801061a691d79addabd0c4dea60e'),
	('01a21f5c-84c3-7007-af7c-aeeb7f8b57ab', 2, 'transfer', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 2000, 'EUR', 59280, NULL, NULL, NULL, NULL, 150, 'ffffffffffffffffffffffffffffffff', 'req', 2, 26, '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:52.01+00', '2023-11-16 07:18:52.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 5, -1990, '\x5d198f852204e67c5d2b3f8fae7d7c6086ca4835a8c8e2c2f5729782b51d1d02', 8, 59280, '\xf1f979fd48c999a9adacc31a6956fab3a740b72ef2115ace57f68286fb3150e8'),
	('01a21f5c-8582-7f4b-a0a3-153e6caa5330', 2, 'reversal', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 150, 'EUR', 101497, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 103, '2023-11-16 07:18:55.01+00', '2023-11-16 07:18:56.01+00', '2023-11-16 07:18:56.01+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 29, 4344, '\xf07ecfba758598338153f10738dc97b40fd84e93cf85949f7f32b1ebf6c667e6', 37, 101497, '\x30d72aa01bbc0a92f7baec14c8559bcedb9dafdef74217d7b8873addbe2204cf'),
	('01a21f5c-8582-705a-8769-6cdb87c57153', 1, 'reversal', 'completed', NULL, '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 300, 'EUR', 100040, NULL, NULL, NULL, '01a21f5c-84c3-7027-9b7f-023b97fffeac', 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 32, '2023-11-16 07:18:55.01+00', '2023-11-16 07:18:57.01+00', '2023-11-16 07:18:57.01+00', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '5cca0455-f770-c798-85c3-7c88f160dd5b', 6, 100040, '\x3930d4265430195a40deddc0486dbd13af7438cd2e0af9c591dfdef48692b448', 9, -1780, '\x41bf189b17e07f8a061e25ec1e594d2ccfc1d702f17c3bfac31417f4d05c91d9'),
	('01a21f5c-8582-7bb4-ac9a-b1693a6e1f0a', 1, 'reversal', 'rejected', 'exceeds_original', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 10000, 'EUR', NULL, NULL, NULL, NULL, '01a21f5c-84c3-7007-af7c-aeeb7f8b57ab', 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 34, '2023-11-16 07:18:55.01+00', '2023-11-16 07:18:59.01+00', '2023-11-16 07:18:59.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-85cb-74e9-8c84-fbba83810327', 1, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 101657, NULL, NULL, '01a21f5c-85cb-7e02-9ab1-1a7c9af38574', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 107, '2023-11-16 07:18:59.01+00', '2023-11-16 07:19:01.01+00', '2023-11-16 07:19:01.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 40, 101657, '\x5ec05f1214c4b7fbfefb4fd3d32270b66785958c07a9ac2a7bd4c4b775483ca3', 18, -215179, '\x05fa642e99eb3c96c4337fedc73cf1f7ad122daf56491410e9a9ed5612a8e5cd'),
	('01a21f5c-85e2-7832-ae05-03e0d1fcc1da', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101657, NULL, NULL, '01a21f5c-85e2-7832-ae05-03e0d1fcc1da', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 109, '2023-11-16 07:19:02.01+00', '2023-11-16 07:19:03.01+00', '2023-11-16 07:19:03.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8407-76f9-8df5-cf2d3a49cbae', 1, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 44, 'EUR', 103197, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 93, '2023-11-16 07:18:43.01+00', '2023-11-16 07:18:44.01+00', '2023-11-16 07:23:35.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 31, 103197, '\x89c7deba0f340df49945e4c1acd8dc6568597e9b050ed25e20130ad765e8bf8d', 25, 2444, '\xcdac364ba4cc75f85c1195b40fcefcd68591bcce25b047a7c5ca5755b0455081'),
	('01a21f5c-83a7-70d7-8955-d9b745290468', 2, 'transfer', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-8326-7680-8d33-114b462950ef', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 120, 'EUR', 20001, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 20, '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '2023-11-16 07:18:39.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 4, 10, '\x685bdef316bdd41aed0fd2d9a730414c981df6111e5dac43549a7f60dc497224', 6, 20001, '\x8325fbdbe68ebb009d09ef478c3a27a9d418c782ef10af152d16960aadb53cde'),
	('01a21f5c-845b-7514-81a5-8d4c75594473', 1, 'parked_resolution', 'rejected', 'still_failing', '01a21f5c-8382-724f-914e-51212961be47', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 37, '2023-11-16 07:18:46.01+00', '2023-11-16 07:18:47.01+00', '2023-11-16 07:18:47.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-844e-7bee-859d-f88a4399bd43', 1, 'deposit', 'completed', NULL, '01a21f5c-8382-724f-914e-51212961be47', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 3, 'EUR', 3003, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 36, '2023-11-16 07:18:45.01+00', '2023-11-16 07:18:48.01+00', '2023-11-16 07:18:48.01+00', '8db42b97-a531-8b34-77cc-8e484f05ad73', '01a21f5c-8382-724f-914e-51212961be47', 5, -63003, '\xf5f4c40cefddf8eb405d191f19b7ce230e8c269908930177619b6b64a7038c99', 2, 3003, '\x3202093be5f36b38a63eeab6ce3290c9613ed9f64de441312d3b0a5f95e36f6c'),
	('01a21f5c-8466-783f-a2ee-178cece9e11b', 1, 'parked_resolution', 'completed', NULL, '01a21f5c-8382-724f-914e-51212961be47', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 38, '2023-11-16 07:18:47.01+00', '2023-11-16 07:18:48.01+00', '2023-11-16 07:18:48.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-84c3-7007-af7c-aeeb7f8b57ab', 1, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 2000, 'EUR', 101397, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 98, '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:52.01+00', '2023-11-16 07:18:52.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 34, 101397, '\xbf3bca7a8a998f34179f8b5a4921aba4978d92089b3b0347def737f238bf5b9e', 26, 4444, '\x3c651050175dd0bd87c6b7257349291a362012387ac74d4a05d401ab80e89f3f'),
	('01a21f5c-84c3-7884-975e-6840be3106a6', 1, 'transfer', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-77b6-a7de-e3eb6b060df5', 250, 'EUR', 19751, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 1, '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:54.01+00', '2023-11-16 07:18:54.01+00', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', 7, 19751, '\xbb87d59789275bd94b0e36bc3305efb2a09e5425ddc2f07dada1130501c7b9fb', 1, 250, '\xf86ec42714ad451aa03db51c6e2f2cfc5316ab72f5f451d7a9ca0261cdcd9132'),
	('01a21f5c-84c3-7cc2-8ff8-a38597426b07', 2, 'transfer', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 19811, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 3, '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:55.01+00', '2023-11-16 07:18:55.01+00', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 2, 190, '\xbf826d47f45994a92d11321b5b9a36da34615558b9be37d7806caecba8ff7ac6', 8, 19811, '\x802cb218a4d877930c4bc9fa25f8536444efb565019a774cd57374769c04cc24'),
	('01a21f5c-8582-7f4b-a0a3-153e6caa5330', 1, 'reversal', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 150, 'EUR', 59070, NULL, NULL, NULL, '01a21f5c-84c3-7007-af7c-aeeb7f8b57ab', 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 30, '2023-11-16 07:18:55.01+00', '2023-11-16 07:18:56.01+00', '2023-11-16 07:18:56.01+00', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '5cca0455-f770-c798-85c3-7c88f160dd5b', 10, 59070, '\x44e677721f11fefba5fdf7ceb1a6735fdc8177ba4ada1659576581d6e131546f', 8, -2080, '\x4e06e7a5752bc368cd02d1d54213ad7a42aad6ec2a6a07fae28cf23d801afc17'),
	('01a21f5c-84c3-7027-9b7f-023b97fffeac', 2, 'transfer', 'completed', NULL, '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 300, 'EUR', 100340, NULL, NULL, NULL, NULL, 300, 'ffffffffffffffffffffffffffffffff', 'req', 2, 27, '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:53.01+00', '2023-11-16 07:18:53.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', 6, -2290, '\x338e4758c9519594b3a2e76ba9c5dc12a1a3c988160132b9247df3588d8fb597', 5, 100340, '\xf1f3d2bd5c95479972fc08251b7afc14482a483a7a7fd42bc5730722e3093ff0'),
	('01a21f5c-8582-705a-8769-6cdb87c57153', 2, 'reversal', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 300, 'EUR', 101797, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 104, '2023-11-16 07:18:55.01+00', '2023-11-16 07:18:57.01+00', '2023-11-16 07:18:57.01+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 30, 4044, '\x22ff6ed1f85d8ae296372cd40e67a4e0edb508dc9be2f3388431698e8ca5168d', 38, 101797, '\xf462befa6a29b6f422f43ed13018c6d677a80fad93e2714d72fb5cd9dc04fc29'),
	('01a21f5c-84c3-7df9-bb1a-0ee47f549b32', 1, 'deposit', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 700, 'EUR', 103897, 'tab	and \ é', NULL, NULL, NULL, 100, 'ffffffffffffffffffffffffffffffff', 'r-1', 0, 96, '2023-11-16 07:18:49.01+00', '2023-11-16 07:18:50.01+00', '2023-11-16 07:18:50.01+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 15, -215819, '\x9a2197286a1657962c031d15602cc261884a47c230d3591a7c4eaae1d315a0f6', 32, 103897, '\x2984d5eff779a9e8014ca2bdae3d95e87dc609e2cbc7b06f2e01fad7395bf969'),
	('01a21f5c-8582-7bc4-8e19-cc21dd54adbe', 1, 'reversal', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 100, 'EUR', 101697, NULL, NULL, NULL, '01a21f5c-84c3-7df9-bb1a-0ee47f549b32', 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 105, '2023-11-16 07:18:55.01+00', '2023-11-16 07:18:58.01+00', '2023-11-16 07:18:58.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', 39, 101697, '\xaae9aadedec5d11baba5fabfac4f8ece1a69616eef6e7a28a27304306dbf0b10', 17, -215219, '\x90d26ea09cd3c580d8bc753a9696a9ddb6c322be9e39712500a6cd95c0890ea2'),
	('01a21f5c-85cb-7e02-9ab1-1a7c9af38574', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101697, NULL, NULL, '01a21f5c-85cb-7e02-9ab1-1a7c9af38574', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 106, '2023-11-16 07:18:59.01+00', '2023-11-16 07:19:00.01+00', '2023-11-16 07:19:00.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-85da-7e48-badf-ab43f1e18f5f', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-85cb-7e02-9ab1-1a7c9af38574', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 108, '2023-11-16 07:19:01.01+00', '2023-11-16 07:19:02.01+00', '2023-11-16 07:19:02.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-85e2-71ce-813a-968fd0472572', 1, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 101617, NULL, NULL, '01a21f5c-85e2-7832-ae05-03e0d1fcc1da', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 110, '2023-11-16 07:19:02.01+00', '2023-11-16 07:19:04.01+00', '2023-11-16 07:19:04.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 41, 101617, '\x1823ec9ce1641b5afaabff66e6998261d6678491718e66f03fa9477807d1334b', 31, 4084, '\x0b6876224e4d3523e0bf9f26b8b0ea1a5ef3a519dcab39d72fc4acd8fb82aee5'),
	('01a21f5c-8609-7ef2-bb08-1d2b72f842a9', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101617, NULL, NULL, '01a21f5c-8609-7ef2-bb08-1d2b72f842a9', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 113, '2023-11-16 07:19:05.01+00', '2023-11-16 07:19:06.01+00', '2023-11-16 07:19:06.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8609-75c4-aab7-7d798e14c14d', 2, 'capture', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 59110, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 36, '2023-11-16 07:19:05.01+00', '2023-11-16 07:19:07.01+00', '2023-11-16 07:19:07.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 11, -1860, '\xb939e6dc6f2c9fb8f5b625ca9c8334fc07b2bc21d5b500f5364b532f19a920e4', 11, 59110, '\x584baab26d059e8fbc7ad0c452b2e40005068d665d468c369230c108d0341b2e'),
	('01a21f5c-8630-7651-8af0-6154a6c48cc8', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101577, NULL, NULL, '01a21f5c-8630-7651-8af0-6154a6c48cc8', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 117, '2023-11-16 07:19:08.01+00', '2023-11-16 07:19:09.01+00', '2023-11-16 07:19:09.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8630-70de-bf89-292c3849b706', 2, 'capture', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 19871, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 4, '2023-11-16 07:19:08.01+00', '2023-11-16 07:19:10.01+00', '2023-11-16 07:19:10.01+00', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 3, 130, '\x17b013380aaea2971f051e9f835a496493dd18fcb92af05db41c95ddc7148a4b', 9, 19871, '\x7364c8ecb0dac2d78066888f9bc8b2c91510ab4bff783fe2ead58cddf508e0e1'),
	('01a21f5c-864e-7a2f-a2f5-71829e6c1d13', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-8630-7651-8af0-6154a6c48cc8', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 120, '2023-11-16 07:19:10.01+00', '2023-11-16 07:19:11.01+00', '2023-11-16 07:19:11.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8656-7a6c-8242-d8c98a6e0470', 1, 'capture', 'rejected', 'account_frozen', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, '01a21f5c-8656-74f2-8938-0a6bcfbabdb2', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 122, '2023-11-16 07:19:11.01+00', '2023-11-16 07:19:13.01+00', '2023-11-16 07:19:13.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 44, 101477, '\x1724091df55271ee93306ad93178f56296413f3a32f9087215b5ff4ee27347b1', 34, 4224, '\x3b511e8264de05c3f96c6fa488e9c27b3081138363263b7d21fd52c760438ce1'),
	('01a21f5c-8656-7a6c-8242-d8c98a6e0470', 3, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 101517, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 122, '2023-11-16 07:19:11.01+00', '2023-11-16 07:19:13.01+00', '2023-11-16 07:19:13.01+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 35, 4184, '\x0d525b6bc1d6e9a455b934f5f0bd170466e4c4fad646fadec8ed4539c6356118', 45, 101517, '\xf42a73278a87a74a9619335295042c3090296f88ebdc715f79bfff51268612a0'),
	('01a21f5c-868d-79b5-a707-7861354d3db9', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101517, NULL, NULL, '01a21f5c-868d-79b5-a707-7861354d3db9', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 125, '2023-11-16 07:19:14.01+00', '2023-11-16 07:19:15.01+00', '2023-11-16 07:19:15.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-85e2-71ce-813a-968fd0472572', 2, 'capture', 'completed', NULL, '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 100080, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 35, '2023-11-16 07:19:02.01+00', '2023-11-16 07:19:04.01+00', '2023-11-16 07:19:04.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f5c-7d22-78c6-b276-ac4bccf57e1e', 10, -1820, '\x1d0fbca28eade4c222aafed5530173f90efce2e0202bf86a781d0db7aceda319', 7, 100080, '\x07729c92027e6aeeea6ee94b8d4090868d24de50675d6440745152878cc0a183'),
	('01a21f5c-8601-70cc-8bdb-1d3b4b88d184', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-85e2-7832-ae05-03e0d1fcc1da', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 112, '2023-11-16 07:19:04.01+00', '2023-11-16 07:19:05.01+00', '2023-11-16 07:19:05.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8609-75c4-aab7-7d798e14c14d', 1, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 101577, NULL, NULL, '01a21f5c-8609-7ef2-bb08-1d2b72f842a9', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 114, '2023-11-16 07:19:05.01+00', '2023-11-16 07:19:07.01+00', '2023-11-16 07:19:07.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 42, 101577, '\xdd4c1262ea2176e57b58d5aa161b44d66ac2c79cccd8f458f84b85590690bd1b', 32, 4124, '\xe954056c3dfa68a014d5538194d28813ddf6614441fb2876715f164c92a2a5d7'),
	('01a21f5c-862a-7d14-bf17-725518adc544', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-8609-7ef2-bb08-1d2b72f842a9', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 116, '2023-11-16 07:19:07.01+00', '2023-11-16 07:19:08.01+00', '2023-11-16 07:19:08.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8630-70de-bf89-292c3849b706', 1, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101517, NULL, NULL, '01a21f5c-8630-7651-8af0-6154a6c48cc8', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 118, '2023-11-16 07:19:08.01+00', '2023-11-16 07:19:10.01+00', '2023-11-16 07:19:10.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 43, 101517, '\xbe8b0af6c4f2ef35d6e15bfcddc16add90823b0ae82c9eb9aa84ad431444b63a', 33, 4184, '\x58c42fc1fa0c64e60b683c42ad9796dede91298d23ee988c6e3c4c5f9e2ad174'),
	('01a21f5c-8656-74f2-8938-0a6bcfbabdb2', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101517, NULL, NULL, '01a21f5c-8656-74f2-8938-0a6bcfbabdb2', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 121, '2023-11-16 07:19:11.01+00', '2023-11-16 07:19:12.01+00', '2023-11-16 07:19:12.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8656-7a6c-8242-d8c98a6e0470', 2, 'capture', 'rejected', 'account_frozen', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 5, '2023-11-16 07:19:11.01+00', '2023-11-16 07:19:13.01+00', '2023-11-16 07:19:13.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8686-7ed1-a0a6-ce8fc169b57c', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-8656-74f2-8938-0a6bcfbabdb2', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 124, '2023-11-16 07:19:13.01+00', '2023-11-16 07:19:14.01+00', '2023-11-16 07:19:14.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-868d-72ca-b5f7-5e59ce3720af', 1, 'capture', 'rejected', 'currency_mismatch', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, '01a21f5c-868d-79b5-a707-7861354d3db9', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 126, '2023-11-16 07:19:14.01+00', '2023-11-16 07:19:16.01+00', '2023-11-16 07:19:16.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 46, 101477, '\xb4a177a269dd6e0569458ab5e58a81373cfda03ce91a48abe11132b4d2207bf6', 36, 4224, '\xc077f103d6f7d658430d44843df335cd68fd9ac67dd6d9750d110d1e2bb8a41c'),
	('01a21f5c-868d-72ca-b5f7-5e59ce3720af', 3, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 101517, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 126, '2023-11-16 07:19:14.01+00', '2023-11-16 07:19:16.01+00', '2023-11-16 07:19:16.01+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 37, 4184, '\xa308b01de94c8f4e6ec5da35bd4910ad198ca79a1765b487392fdaefaba823c6', 47, 101517, '\xd82f33c7f5989368f2bfed0c4f728e6fad5b402ed91d08a4839744c8f7fb3062'),
	('01a21f5c-86c7-7904-b346-85ee360a82f0', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101517, NULL, NULL, '01a21f5c-86c7-7904-b346-85ee360a82f0', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 129, '2023-11-16 07:19:17.01+00', '2023-11-16 07:19:18.01+00', '2023-11-16 07:19:18.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-86c7-7e82-9907-c097d0fe5720', 2, 'capture', 'rejected', 'account_closed', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 6, '2023-11-16 07:19:17.01+00', '2023-11-16 07:19:19.01+00', '2023-11-16 07:19:19.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-86f2-781c-85fd-2de06c5304fe', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-86c7-7904-b346-85ee360a82f0', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 132, '2023-11-16 07:19:19.01+00', '2023-11-16 07:19:20.01+00', '2023-11-16 07:19:20.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-86fb-747c-ae76-713cf619d714', 1, 'capture', 'rejected', 'amount_exceeds_hold', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 4000, 'EUR', NULL, NULL, NULL, '01a21f5c-86fb-7377-b5fb-016d20ef32f5', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 134, '2023-11-16 07:19:20.01+00', '2023-11-16 07:19:22.01+00', '2023-11-16 07:19:22.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8713-767d-bc36-156dea2be6b4', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 75, 'EUR', 101517, NULL, NULL, '01a21f5c-8713-767d-bc36-156dea2be6b4', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 136, '2023-11-16 07:19:23.01+00', '2023-11-16 07:19:24.01+00', '2023-11-16 07:19:24.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-871b-76a5-8bc2-51f0beb03f9e', 1, 'hold_expiry', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, NULL, 75, 'EUR', 101517, NULL, NULL, '01a21f5c-8713-767d-bc36-156dea2be6b4', NULL, 0, '', 'req', 0, 138, '2023-11-16 07:21:25.01+00', '2023-11-16 07:21:26.01+00', '2023-11-16 07:21:26.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8749-7967-864f-3fb6f907a6a5', 1, 'hold_expiry', 'rejected', 'expiry_not_due', '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, NULL, 75, 'EUR', NULL, NULL, NULL, '01a21f5c-8749-710c-84ac-a0fa230c3136', NULL, 0, '', 'req', 2, 38, '2023-11-16 07:21:28.01+00', '2023-11-16 07:21:30.01+00', '2023-11-16 07:21:30.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-875e-780a-a6bc-eff6e173eaeb', 1, 'capture', 'rejected', 'hold_not_open', '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 75, 'EUR', NULL, NULL, NULL, '01a21f5c-8749-710c-84ac-a0fa230c3136', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 40, '2023-11-16 07:23:30.01+00', '2023-11-16 07:23:32.01+00', '2023-11-16 07:23:32.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-83e8-7713-ab56-1d603877c967', 1, 'deposit', 'rejected', 'discarded', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 1, 'EUR', NULL, '\0', NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 21, '2023-11-16 07:18:41.01+00', '2023-11-16 07:23:35.01+00', '2023-11-16 07:23:35.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-83e8-77f4-a8d2-02691ba39694', 1, 'transfer', 'completed', NULL, '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 33, 'EUR', 2967, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 22, '2023-11-16 07:18:41.01+00', '2023-11-16 07:23:35.01+00', '2023-11-16 07:23:35.01+00', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 2, 2967, '\xc4d48a2c3c9a196c8d86d72d7bf2bb4bf91fafad40ffd8e055818596fa5a3820', 50, 101550, '\xdb1cf9dda45e611c7fca515c3d72122c3e7ec1bb4463e80ed823c5a0545998df'),
	('01a21f5c-83e8-77f4-a8d2-02691ba39694', 2, 'transfer', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 33, 'EUR', 101550, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 22, '2023-11-16 07:18:41.01+00', '2023-11-16 07:23:35.01+00', '2023-11-16 07:23:35.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8407-70a9-a23e-851eeafdfd02', 1, 'hold', 'completed', NULL, '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 5, 'EUR', 3011, NULL, NULL, '01a21f5c-8407-70a9-a23e-851eeafdfd02', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 24, '2023-11-16 07:18:43.01+00', '2023-11-16 07:23:35.01+00', '2023-11-16 07:23:35.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8407-76f9-8df5-cf2d3a49cbae', 2, 'transfer', 'completed', NULL, '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 44, 'EUR', 3011, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 23, '2023-11-16 07:18:43.01+00', '2023-11-16 07:23:35.01+00', '2023-11-16 07:23:35.01+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 40, 4140, '\x2f26f1bb9a2cdb979e16a37c7c635ac7ec7957581997234020d8498a7ebabb1d', 3, 3011, '\xc276c72665f6499db73da7263243f41cc531783dd733a54cb9e3054f222ee375'),
	('01a21f5c-877c-798a-aeae-753d4135a7d0', 1, 'deposit', 'completed', NULL, '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 17, 'EUR', 3028, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 141, '2023-11-16 07:23:33.01+00', '2023-11-16 07:23:35.01+00', '2023-11-16 07:23:35.01+00', '9a2e7e10-ad5a-c5bb-e478-de4b04e1f71a', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 19, -215196, '\x81a27fa5b0661004f04fbb630578e597f7ab3f117a1c465598b03230a51caa87', 4, 3028, '\x6d228992ec86dfd927920a0c3f1f9f1193bcc733c1e7b0255208b1209fcce595'),
	('01a21f5c-868d-72ca-b5f7-5e59ce3720af', 2, 'capture', 'rejected', 'currency_mismatch', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 41, '2023-11-16 07:19:14.01+00', '2023-11-16 07:19:16.01+00', '2023-11-16 07:19:16.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-86bd-7b27-bec3-4d8cf84b3d62', 1, 'void', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', NULL, NULL, NULL, '01a21f5c-868d-79b5-a707-7861354d3db9', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 128, '2023-11-16 07:19:16.01+00', '2023-11-16 07:19:17.01+00', '2023-11-16 07:19:17.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-86c7-7e82-9907-c097d0fe5720', 1, 'capture', 'rejected', 'account_closed', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', NULL, NULL, NULL, '01a21f5c-86c7-7904-b346-85ee360a82f0', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 130, '2023-11-16 07:19:17.01+00', '2023-11-16 07:19:19.01+00', '2023-11-16 07:19:19.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 48, 101477, '\x02c488b8f92097d65a1396a7044e468645294545aa0c79f42815956fc5bbb549', 38, 4224, '\x27cd8253d1cdac278c6de712cb109d52814732688391ff2bcff158e14b240db8'),
	('01a21f5c-86c7-7e82-9907-c097d0fe5720', 3, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 40, 'EUR', 101517, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 130, '2023-11-16 07:19:17.01+00', '2023-11-16 07:19:19.01+00', '2023-11-16 07:19:19.01+00', '7a412a16-2432-cdcb-da07-b9045fb8315c', '01a21f5c-7ce3-75a8-96ea-83c15603afad', 39, 4184, '\x4d2703078f61ce21caf48a7936dcd917f6b1b17759258d0b0050fd4bf8b49113', 49, 101517, '\xbc18d88ecc123c0cb9460280edd161f437b4e0bff8077955ef16e56f6ed619fd'),
	('01a21f5c-86fb-7377-b5fb-016d20ef32f5', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101517, NULL, NULL, '01a21f5c-86fb-7377-b5fb-016d20ef32f5', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 133, '2023-11-16 07:19:20.01+00', '2023-11-16 07:19:21.01+00', '2023-11-16 07:19:21.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8709-792f-8b66-47820ec1cbd2', 1, 'void', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101517, NULL, NULL, '01a21f5c-86fb-7377-b5fb-016d20ef32f5', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 135, '2023-11-16 07:19:22.01+00', '2023-11-16 07:19:23.01+00', '2023-11-16 07:19:23.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8713-7e39-94d8-5a266f298b44', 1, 'hold_expiry', 'rejected', 'expiry_not_due', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, NULL, 75, 'EUR', NULL, NULL, NULL, '01a21f5c-8713-767d-bc36-156dea2be6b4', NULL, 0, '', 'req', 0, 137, '2023-11-16 07:19:23.01+00', '2023-11-16 07:19:25.01+00', '2023-11-16 07:19:25.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-871b-76a7-a489-8b9ebc5b2db4', 1, 'capture', 'rejected', 'hold_not_open', '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 75, 'EUR', NULL, NULL, NULL, '01a21f5c-8713-767d-bc36-156dea2be6b4', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 139, '2023-11-16 07:21:25.01+00', '2023-11-16 07:21:27.01+00', '2023-11-16 07:21:27.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8749-710c-84ac-a0fa230c3136', 1, 'hold', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 75, 'EUR', 59110, NULL, NULL, '01a21f5c-8749-710c-84ac-a0fa230c3136', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 37, '2023-11-16 07:21:28.01+00', '2023-11-16 07:21:29.01+00', '2023-11-16 07:21:29.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-875e-7692-9f37-62e6ace443b6', 1, 'hold_expiry', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, NULL, 75, 'EUR', 59110, NULL, NULL, '01a21f5c-8749-710c-84ac-a0fa230c3136', NULL, 0, '', 'req', 2, 39, '2023-11-16 07:23:30.01+00', '2023-11-16 07:23:31.01+00', '2023-11-16 07:23:31.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8798-7541-8331-44e303b46043', 1, 'hold', 'completed', NULL, '01a21f5c-8382-724f-914e-51212961be47', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 9, 'EUR', 3003, NULL, NULL, '01a21f5c-8798-7541-8331-44e303b46043', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 1, 42, '2023-11-16 07:23:35.01+00', '2023-11-16 07:23:37.01+00', '2023-11-16 07:23:37.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO ledger.legs VALUES
	('01a21f5c-87bb-7559-917e-491602c9c831', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101550, NULL, NULL, '01a21f5c-87bb-7559-917e-491602c9c831', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 144, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:40.01+00', '2023-11-16 07:26:40.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-87bb-7712-b143-0ebb96fe9281', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101550, NULL, NULL, '01a21f5c-87bb-7712-b143-0ebb96fe9281', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 146, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:42.01+00', '2023-11-16 07:26:42.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-87bb-764c-ae02-00bd6e6e1ac9', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 31, 'EUR', 101550, NULL, NULL, '01a21f5c-87bb-764c-ae02-00bd6e6e1ac9', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 148, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:44.01+00', '2023-11-16 07:26:44.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-87bb-7f97-a9f9-ee3ebf2556b2', 1, 'hold', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 31, 'EUR', 59110, NULL, NULL, '01a21f5c-87bb-7f97-a9f9-ee3ebf2556b2', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 43, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:46.01+00', '2023-11-16 07:26:46.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-87bb-7a7b-9a88-ea9e5ba7288b', 1, 'hold', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 31, 'EUR', 19871, NULL, NULL, '01a21f5c-87bb-7a7b-9a88-ea9e5ba7288b', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 7, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:48.01+00', '2023-11-16 07:26:48.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-87bb-7494-b832-38eb598e10c4', 1, 'hold', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 8, 'EUR', 19871, NULL, NULL, '01a21f5c-87bb-7494-b832-38eb598e10c4', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 9, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:50.01+00', '2023-11-16 07:26:50.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-882a-7191-97d5-b06abc912aa9', 2, 'capture', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 45, 'EUR', 59133, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 46, '2023-11-16 07:26:50.01+00', '2023-11-16 07:26:52.01+00', '2023-11-16 07:26:52.01+00', '5cca0455-f770-c798-85c3-7c88f160dd5b', '01a21f5c-7d35-77af-85df-ebeee8a1611f', 13, -1883, '\x1de7d4f28961f83e1b88f20f19fb6456450bdbc9373171efae3e5cafc64e9457', 13, 59133, '\x6a6308b70d4356b93025d03f0d52de613da39ef7ebe59adcdb4919fa08a38bd4'),
	('01a21f5c-882a-78d3-9056-1b4f2c173e42', 1, 'transfer', 'pending', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 22, 'EUR', 59088, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 45, '2023-11-16 07:26:52.01+00', '2023-11-16 07:26:52.01+00', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', '5cca0455-f770-c798-85c3-7c88f160dd5b', 12, 59088, '\xc82e4b94a2d1e459d45c1f01f839e9653b77d50c7cbb8bf9f28b6193d2ab68a2', 12, -1838, '\x58d06c44822a778d6b39adb0c84a4d9cf3d6cfc3460c5f9645276ff49d09249a'),
	('01a21f5c-882a-78d3-9056-1b4f2c173e42', 2, 'transfer', 'rejected', 'account_frozen', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 22, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 12, '2023-11-16 07:26:52.01+00', '2023-11-16 07:26:52.01+00', '2023-11-16 07:26:52.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-882a-7948-8358-7e94bca1ff42', 2, 'capture', 'rejected', 'account_frozen', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 45, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 10, '2023-11-16 07:26:50.01+00', '2023-11-16 07:26:52.01+00', '2023-11-16 07:26:52.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-882a-7e38-b04d-3476e8d9f1e6', 2, 'transfer', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 21, 'EUR', 19892, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 11, '2023-11-16 07:26:52.01+00', '2023-11-16 07:26:52.01+00', '2023-11-16 07:26:52.01+00', 'a09788df-8ef5-7a04-fe06-d8dfb53b4a65', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', 4, 109, '\x6700b9c449a4e1d3e09837a7c3502f8ae72369434c4cd4f4619416704ae87769', 10, 19892, '\x379d3996d8adfa79181e08ad779b0d75be800d4ff334f0b0e54569d4a3608c30'),
	('01a21f5c-8840-74bf-889f-3c6890a10b10', 1, 'transfer', 'rejected', 'account_closed', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7d7b-79b9-bf4f-6a8aafb3677b', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 24, 'EUR', NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 13, '2023-11-16 07:26:53.01+00', '2023-11-16 07:26:53.01+00', '2023-11-16 07:26:53.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-8784-7da7-ab15-65cfc1f390fa', 1, 'parked_resolution', 'completed', NULL, '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 142, '2023-11-16 07:23:34.01+00', '2023-11-16 07:23:35.01+00', '2023-11-16 07:23:35.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-87bb-7ddc-bb82-d6a25a8cce8e', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101550, NULL, NULL, '01a21f5c-87bb-7ddc-bb82-d6a25a8cce8e', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 145, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:41.01+00', '2023-11-16 07:26:41.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-87bb-7b94-876d-6a6c2de7b47d', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 60, 'EUR', 101550, NULL, NULL, '01a21f5c-87bb-7b94-876d-6a6c2de7b47d', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 147, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:43.01+00', '2023-11-16 07:26:43.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-87bb-7376-8558-4615355dfe0a', 1, 'hold', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 31, 'EUR', 101550, NULL, NULL, '01a21f5c-87bb-7376-8558-4615355dfe0a', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 149, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:45.01+00', '2023-11-16 07:26:45.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-87bb-7f12-8443-43f9735b0aea', 1, 'hold', 'completed', NULL, '01a21f5c-7d35-77af-85df-ebeee8a1611f', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 31, 'EUR', 59110, NULL, NULL, '01a21f5c-87bb-7f12-8443-43f9735b0aea', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 2, 44, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:47.01+00', '2023-11-16 07:26:47.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-87bb-7122-9dba-7dee37be88f0', 1, 'hold', 'completed', NULL, '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', NULL, '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 31, 'EUR', 19871, NULL, NULL, '01a21f5c-87bb-7122-9dba-7dee37be88f0', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 3, 8, '2023-11-16 07:26:39.01+00', '2023-11-16 07:26:49.01+00', '2023-11-16 07:26:49.01+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21f5c-882a-7948-8358-7e94bca1ff42', 1, 'capture', 'pending', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d5a-7816-84db-0f964f9675e4', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 45, 'EUR', 101460, NULL, NULL, '01a21f5c-87bb-7ddc-bb82-d6a25a8cce8e', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 151, '2023-11-16 07:26:50.01+00', '2023-11-16 07:26:52.01+00', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 52, 101460, '\xd92a49d69d533298fa5081899f2b083ff2ef5e4e6df18bfd66413a2dc084f0d8', 42, 4230, '\xda294fd13a45373dd36668b172ec9e0e8b3c34af41d2517665f9b4a6e2335164'),
	('01a21f5c-882a-7e38-b04d-3476e8d9f1e6', 1, 'transfer', 'pending', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 21, 'EUR', 101439, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 152, '2023-11-16 07:26:52.01+00', '2023-11-16 07:26:52.01+00', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 53, 101439, '\xf0be247466b86eb9400813fed0ebc3e11e769f4036edb135a1d15774ae630d00', 43, 4251, '\x54a83a5fbd0823990e87e878830e61516b6c95e764e187058cef07868fd8fdb9'),
	('01a21f5c-882a-7191-97d5-b06abc912aa9', 1, 'capture', 'completed', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 45, 'EUR', 101505, NULL, NULL, '01a21f5c-87bb-7559-917e-491602c9c831', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 150, '2023-11-16 07:26:50.01+00', '2023-11-16 07:26:52.01+00', '2023-11-16 07:26:52.01+00', '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 51, 101505, '\x9ba8ac2a570cd675565d1eadcb80fedc97a2d6ebfc9d87fd3101a145ac07112b', 41, 4185, '\x6ab740b068b9a7b7fb8407154d406f58f38837960bcdef757c2c0d0bca637e7c'),
	('01a21f5c-882a-7e8e-81b7-cddc014bfe48', 1, 'capture', 'pending', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d6a-739a-9a54-346be680e4e2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 45, 'EUR', 101349, NULL, NULL, '01a21f5c-87bb-7b94-876d-6a6c2de7b47d', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 155, '2023-11-16 07:26:50.01+00', '2023-11-16 07:26:53.01+00', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 55, 101349, '\xdde664495611c6685d32d1e8c43bf0cbf6de5c1a4954b55fe8f416716e64fc07', 45, 4341, '\x242d9d85ceebbe1f52dd680e5e0ce32d2096b78d937d86faccb714d2e3960fad'),
	('01a21f5c-882a-7ead-aa17-d55b958824e0', 1, 'capture', 'pending', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d49-70a3-b8de-95b1bff3aae2', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 45, 'EUR', 101394, NULL, NULL, '01a21f5c-87bb-7712-b143-0ebb96fe9281', NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 154, '2023-11-16 07:26:50.01+00', '2023-11-16 07:26:53.01+00', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 54, 101394, '\x86a040e3d668d5ccc9874109e4112cf0bea688e7f421f40952c474d29cd88680', 44, 4296, '\x5b9967a2735f4f32c287d277d8c5f7f6214a2ed60cc59c5f5689ce603abc0ccf'),
	('01a21f5c-8840-7b37-ba57-e944bfc98bab', 1, 'transfer', 'pending', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '01a21f5c-7d35-77af-85df-ebeee8a1611f', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 23, 'EUR', 101326, NULL, NULL, NULL, NULL, 0, 'ffffffffffffffffffffffffffffffff', 'req', 0, 156, '2023-11-16 07:26:53.01+00', '2023-11-16 07:26:53.01+00', NULL, '01a21f5c-7ce3-75a8-96ea-83c15603afad', '7a412a16-2432-cdcb-da07-b9045fb8315c', 56, 101326, '\xb4e7767194d47710546edb8583d672baac8ece2ca8c1d4fc2c0cb0cd00e7b3bc', 46, 4364, '\x21128908c39cc07d3a0d32a0f0d58e1b087ce5233ea7d0749c96d85e3003d138');
INSERT INTO ledger.log_growths VALUES
	('test.commands', 4, 3, 'done', '2023-11-16 07:18:49.01+00', true, '2026-11-27 23:34:46.674277+00', '2026-11-27 23:34:46.717573+00');
INSERT INTO ledger.outbox OVERRIDING SYSTEM VALUE VALUES
	(220, 0, '[["test.commands",3,"acc_01a21f5c7d4970a3b8de95b1bff3aae2",{"kind":"credit_leg","transaction_id":"txn_01a21f5c882a7eadaa17d55b958824e0","user_id":"usr_01a21f5c7ce37b848ab4a61478e8f6b7","requested_at_us":1700119610010000,"fingerprint":"ffffffffffffffffffffffffffffffff","request_id":"req","origin":"capture","source_account_id":"acc_01a21f5c7ce375a896ea83c15603afad","destination_account_id":"acc_01a21f5c7d4970a3b8de95b1bff3aae2","amount":45,"currency":"EUR"}],["test.commands",1,"acc_01a21f5c7d6a739a9a54346be680e4e2",{"kind":"credit_leg","transaction_id":"txn_01a21f5c882a7e8e81b7cddc014bfe48","user_id":"usr_01a21f5c7ce37b848ab4a61478e8f6b7","requested_at_us":1700119610010000,"fingerprint":"ffffffffffffffffffffffffffffffff","request_id":"req","origin":"capture","source_account_id":"acc_01a21f5c7ce375a896ea83c15603afad","destination_account_id":"acc_01a21f5c7d6a739a9a54346be680e4e2","amount":45,"currency":"EUR"}],["test.commands",2,"acc_01a21f5c7d3577af85dfebeee8a1611f",{"kind":"credit_leg","transaction_id":"txn_01a21f5c88407b37ba57e944bfc98bab","user_id":"usr_01a21f5c7ce37b848ab4a61478e8f6b7","requested_at_us":1700119613010000,"fingerprint":"ffffffffffffffffffffffffffffffff","request_id":"req","origin":"transfer","source_account_id":"acc_01a21f5c7ce375a896ea83c15603afad","destination_account_id":"acc_01a21f5c7d3577af85dfebeee8a1611f","amount":23,"currency":"EUR"}],["test.events",0,"acc_01a21f5c7ce375a896ea83c15603afad",{"event_id":"evt_01a21f5c882a719197d5b06abc912aa9-1-completed","type":"capture.completed","account_id":"acc_01a21f5c7ce375a896ea83c15603afad","occurred_at":"2023-11-16T07:26:53.010000Z","transaction":{"transaction_id":"txn_01a21f5c882a719197d5b06abc912aa9","kind":"capture","status":"completed","amount":45,"currency":"EUR","account_id":"acc_01a21f5c7ce375a896ea83c15603afad","counterparty_account_id":"acc_01a21f5c7d3577af85dfebeee8a1611f","reason":null,"balance_after":101505,"description":null,"metadata":null,"hold_id":"hld_01a21f5c87bb7559917e491602c9c831","reverses":null,"position":{"partition":0,"offset":150},"request_id":"req","requested_at":"2023-11-16T07:26:50.010000Z","completed_at":"2023-11-16T07:26:52.010000Z"}}],["test.events",0,"acc_01a21f5c7ce375a896ea83c15603afad",{"event_id":"evt_01a21f5c882a7eadaa17d55b958824e0-1-pending","type":"capture.pending","account_id":"acc_01a21f5c7ce375a896ea83c15603afad","occurred_at":"2023-11-16T07:26:53.010000Z","transaction":{"transaction_id":"txn_01a21f5c882a7eadaa17d55b958824e0","kind":"capture","status":"pending","amount":45,"currency":"EUR","account_id":"acc_01a21f5c7ce375a896ea83c15603afad","counterparty_account_id":"acc_01a21f5c7d4970a3b8de95b1bff3aae2","reason":null,"balance_after":101394,"description":null,"metadata":null,"hold_id":"hld_01a21f5c87bb7712b1430ebb96fe9281","reverses":null,"position":{"partition":0,"offset":154},"request_id":"req","requested_at":"2023-11-16T07:26:50.010000Z","completed_at":null}}],["test.events",0,"acc_01a21f5c7ce375a896ea83c15603afad",{"event_id":"evt_01a21f5c882a7e8e81b7cddc014bfe48-1-pending","type":"capture.pending","account_id":"acc_01a21f5c7ce375a896ea83c15603afad","occurred_at":"2023-11-16T07:26:53.010000Z","transaction":{"transaction_id":"txn_01a21f5c882a7e8e81b7cddc014bfe48","kind":"capture","status":"pending","amount":45,"currency":"EUR","account_id":"acc_01a21f5c7ce375a896ea83c15603afad","counterparty_account_id":"acc_01a21f5c7d6a739a9a54346be680e4e2","reason":null,"balance_after":101349,"description":null,"metadata":null,"hold_id":"hld_01a21f5c87bb7b94876d6a6c2de7b47d","reverses":null,"position":{"partition":0,"offset":155},"request_id":"req","requested_at":"2023-11-16T07:26:50.010000Z","completed_at":null}}],["test.events",0,"acc_01a21f5c7ce375a896ea83c15603afad",{"event_id":"evt_01a21f5c88407b37ba57e944bfc98bab-1-pending","type":"transfer.pending","account_id":"acc_01a21f5c7ce375a896ea83c15603afad","occurred_at":"2023-11-16T07:26:53.010000Z","transaction":{"transaction_id":"txn_01a21f5c88407b37ba57e944bfc98bab","kind":"transfer","status":"pending","amount":23,"currency":"EUR","account_id":"acc_01a21f5c7ce375a896ea83c15603afad","counterparty_account_id":"acc_01a21f5c7d3577af85dfebeee8a1611f","reason":null,"balance_after":101326,"description":null,"metadata":null,"hold_id":null,"reverses":null,"position":{"partition":0,"offset":156},"request_id":"req","requested_at":"2023-11-16T07:26:53.010000Z","completed_at":null}}]]', '2026-11-27 23:34:47.616831+00'),
	(221, 3, '[["test.commands",0,"acc_01a21f5c7ce375a896ea83c15603afad",{"kind":"settlement","transaction_id":"txn_01a21f5c882a794883587e94bca1ff42","user_id":"usr_01a21f5c7ce37b848ab4a61478e8f6b7","requested_at_us":1700119610010000,"request_id":"req","account_id":"acc_01a21f5c7ce375a896ea83c15603afad","outcome":"rejected","completed_at_us":1700119612010000,"reason":"account_frozen"}],["test.commands",0,"acc_01a21f5c7ce375a896ea83c15603afad",{"kind":"settlement","transaction_id":"txn_01a21f5c882a7e38b04d3476e8d9f1e6","user_id":"usr_01a21f5c7ce37b848ab4a61478e8f6b7","requested_at_us":1700119612010000,"request_id":"req","account_id":"acc_01a21f5c7ce375a896ea83c15603afad","outcome":"completed","completed_at_us":1700119612010000}],["test.commands",2,"acc_01a21f5c7d3577af85dfebeee8a1611f",{"kind":"settlement","transaction_id":"txn_01a21f5c882a78d390561b4f2c173e42","user_id":"usr_01a21f5c7ce37b848ab4a61478e8f6b7","requested_at_us":1700119612010000,"request_id":"req","account_id":"acc_01a21f5c7d3577af85dfebeee8a1611f","outcome":"rejected","completed_at_us":1700119612010000,"reason":"account_frozen"}],["test.events",3,"acc_01a21f5c7d5a781684db0f964f9675e4",{"event_id":"evt_01a21f5c882a794883587e94bca1ff42-2-rejected","type":"capture.rejected","account_id":"acc_01a21f5c7d5a781684db0f964f9675e4","occurred_at":"2023-11-16T07:26:53.010000Z","transaction":{"transaction_id":"txn_01a21f5c882a794883587e94bca1ff42","kind":"capture","status":"rejected","amount":45,"currency":"EUR","account_id":"acc_01a21f5c7d5a781684db0f964f9675e4","counterparty_account_id":"acc_01a21f5c7ce375a896ea83c15603afad","reason":"account_frozen","balance_after":null,"description":null,"metadata":null,"hold_id":null,"reverses":null,"position":{"partition":3,"offset":10},"request_id":"req","requested_at":"2023-11-16T07:26:50.010000Z","completed_at":"2023-11-16T07:26:52.010000Z"}}],["test.events",3,"acc_01a21f5c7d4970a3b8de95b1bff3aae2",{"event_id":"evt_01a21f5c882a7e38b04d3476e8d9f1e6-2-completed","type":"transfer.received","account_id":"acc_01a21f5c7d4970a3b8de95b1bff3aae2","occurred_at":"2023-11-16T07:26:53.010000Z","transaction":{"transaction_id":"txn_01a21f5c882a7e38b04d3476e8d9f1e6","kind":"transfer","status":"completed","amount":21,"currency":"EUR","account_id":"acc_01a21f5c7d4970a3b8de95b1bff3aae2","counterparty_account_id":"acc_01a21f5c7ce375a896ea83c15603afad","reason":null,"balance_after":19892,"description":null,"metadata":null,"hold_id":null,"reverses":null,"position":{"partition":3,"offset":11},"request_id":"req","requested_at":"2023-11-16T07:26:52.010000Z","completed_at":"2023-11-16T07:26:52.010000Z"}}],["test.events",3,"acc_01a21f5c7d5a781684db0f964f9675e4",{"event_id":"evt_01a21f5c882a78d390561b4f2c173e42-2-rejected","type":"transfer.rejected","account_id":"acc_01a21f5c7d5a781684db0f964f9675e4","occurred_at":"2023-11-16T07:26:53.010000Z","transaction":{"transaction_id":"txn_01a21f5c882a78d390561b4f2c173e42","kind":"transfer","status":"rejected","amount":22,"currency":"EUR","account_id":"acc_01a21f5c7d5a781684db0f964f9675e4","counterparty_account_id":"acc_01a21f5c7d3577af85dfebeee8a1611f","reason":"account_frozen","balance_after":null,"description":null,"metadata":null,"hold_id":null,"reverses":null,"position":{"partition":3,"offset":12},"request_id":"req","requested_at":"2023-11-16T07:26:52.010000Z","completed_at":"2023-11-16T07:26:52.010000Z"}}],["test.events",3,"acc_01a21f5c7d4970a3b8de95b1bff3aae2",{"event_id":"evt_01a21f5c884074bf889f3c6890a10b10-1-rejected","type":"transfer.rejected","account_id":"acc_01a21f5c7d4970a3b8de95b1bff3aae2","occurred_at":"2023-11-16T07:26:53.010000Z","transaction":{"transaction_id":"txn_01a21f5c884074bf889f3c6890a10b10","kind":"transfer","status":"rejected","amount":24,"currency":"EUR","account_id":"acc_01a21f5c7d4970a3b8de95b1bff3aae2","counterparty_account_id":"acc_01a21f5c7d7b79b9bf4f6a8aafb3677b","reason":"account_closed","balance_after":null,"description":null,"metadata":null,"hold_id":null,"reverses":null,"position":{"partition":3,"offset":13},"request_id":"req","requested_at":"2023-11-16T07:26:53.010000Z","completed_at":"2023-11-16T07:26:53.010000Z"}}]]', '2026-11-27 23:34:47.634617+00');
INSERT INTO ledger.parked_commands VALUES
	('70a38215-41aa-5bc1-af58-291c36c487bd', NULL, 0, 94, 1700119125010, '\x', '\x7b226b696e64223a226465706f736974227d', 'Object missing required field `transaction_id`', false, 'parked', '2023-11-16 07:18:45.01+00', NULL, NULL, NULL, NULL),
	('510f0857-46c3-3b29-09ef-d41cde93e06c', NULL, 1, 35, 1700119125010, NULL, '\x', 'Input data was truncated', false, 'parked', '2023-11-16 07:18:45.01+00', NULL, NULL, NULL, NULL),
	('ab18f0d4-e6a9-d5e0-3201-fa5c6dd8a452', '01a21f5c-8382-724f-914e-51212961be47', 1, 34, 1700119125010, '\x6163635f3031613231663563383338323732346639313465353132313239363162653437', '\x67617262616765', 'JSON is malformed: invalid character (byte 0)', false, 'discarded', '2023-11-16 07:18:45.01+00', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'why', '2023-11-16 07:18:48.01+00', NULL),
	('1e1ad7ce-ecbc-6189-420c-821b80184b41', '01a21f5c-8382-724f-914e-51212961be47', 1, 36, 1700119126010, '\x6163635f3031613231663563383338323732346639313465353132313239363162653437', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383434653762656538353964663838613433393962643433222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393132353031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663563383338323732346639313465353132313239363162653437222c22616d6f756e74223a332c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'replayed', '2023-11-16 07:18:46.01+00', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'why', '2023-11-16 07:18:48.01+00', NULL),
	('256294cc-9341-234c-8473-f50e1576eb30', '01a21f5c-8326-7680-8d33-114b462950ef', 0, 88, 1700119119010, '\x6163635f3031613231663563383332363736383038643333313134623436323935306566', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383362373732626461393331333466396230353734373762222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393131393031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226465736372697074696f6e223a225c7530303030222c226163636f756e745f6964223a226163635f3031613231663563383332363736383038643333313134623436323935306566222c22616d6f756e74223a312c2263757272656e6379223a22455552227d', 'CharacterNotInRepertoire: invalid byte sequence for encoding "UTF8": 0x00', false, 'parked', '2023-11-16 07:18:39.01+00', NULL, NULL, NULL, 2),
	('02abe154-4a09-163e-4338-631a88dbd026', '01a21f5c-8326-7680-8d33-114b462950ef', 0, 89, 1700119119010, '\x6163635f3031613231663563383332363736383038643333313134623436323935306566', '\x7b226b696e64223a22736574746c656d656e74222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383361373735343938633033303362316664633561323639222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393131393031303030302c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663563383332363736383038643333313134623436323935306566222c226f7574636f6d65223a2272656a6563746564222c22636f6d706c657465645f61745f7573223a313730303131393131393031303030302c22726561736f6e223a226163636f756e745f66726f7a656e227d', 'waits behind a parked command of its account', true, 'parked', '2023-11-16 07:18:39.01+00', NULL, NULL, NULL, 2),
	('945d88a3-87d3-3765-135f-92b86042fdad', '01a21f5c-8326-7680-8d33-114b462950ef', 0, 90, 1700119119010, '\x6163635f3031613231663563383332363736383038643333313134623436323935306566', '\x7b226b696e64223a22736574746c656d656e74222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383361373730643738393535643962373435323930343638222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393131393031303030302c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663563383332363736383038643333313134623436323935306566222c226f7574636f6d65223a22636f6d706c65746564222c22636f6d706c657465645f61745f7573223a313730303131393131393031303030307d', 'waits behind a parked command of its account', true, 'parked', '2023-11-16 07:18:39.01+00', NULL, NULL, NULL, 2),
	('a92aea2d-a4e9-cca3-10ca-bb865b12175e', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 0, 141, 1700119414010, '\x6163635f3031613231663563383335613765643362626534346337353838306533656535', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383737633739386161656165373533643431333561376430222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393431333031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663563383335613765643362626534346337353838306533656535222c22616d6f756e74223a31372c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'replayed', '2023-11-16 07:23:34.01+00', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'why', '2023-11-16 07:23:35.01+00', NULL),
	('aff27312-fcca-3f89-4348-07379788c1d6', '01a21f5c-8326-7680-8d33-114b462950ef', 2, 42, 1700119416010, '\x6163635f3031613231663563383332363736383038643333313134623436323935306566', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383739383766306162323736316132366561646164323465222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393431353031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663563383332363736383038643333313134623436323935306566222c22616d6f756e74223a31392c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'parked', '2023-11-16 07:23:36.01+00', NULL, NULL, NULL, NULL),
	('035473e3-20ef-b70b-acc2-d917cb97b700', '01a21f5c-8382-724f-914e-51212961be47', 1, 44, 1700119539010, '\x6163635f3031613231663563383338323732346639313465353132313239363162653437', '\x7b226b696e64223a22686f6c645f657870697279222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383762353736643338353834626265373130393361643763222c22757365725f6964223a22222c227265717565737465645f61745f7573223a313730303131393533383031303030302c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663563383338323732346639313465353132313239363162653437222c22686f6c645f6964223a22686c645f3031613231663563383739383735343138333331343465333033623436303433227d', 'waits behind a parked command of its account', true, 'parked', '2023-11-16 07:25:39.01+00', NULL, NULL, NULL, NULL),
	('f43058d9-6db9-3231-528b-bbe99dcdefc2', '01a21f5c-8326-7680-8d33-114b462950ef', 0, 91, 1700119120010, '\x6163635f3031613231663563383332363736383038643333313134623436323935306566', '\x7b226b696e64223a227769746864726177616c222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383364663739396538356634366539653138376233653961222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393131393031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663563383332363736383038643333313134623436323935306566222c22616d6f756e74223a372c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'parked', '2023-11-16 07:18:40.01+00', NULL, NULL, NULL, 2),
	('e43381eb-2559-f8d8-7f62-63a0fad0e080', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 2, 21, 1700119122010, '\x6163635f3031613231663563383335613765643362626534346337353838306533656535', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383365383737313361623536316436303338373763393637222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393132313031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226465736372697074696f6e223a225c7530303030222c226163636f756e745f6964223a226163635f3031613231663563383335613765643362626534346337353838306533656535222c22616d6f756e74223a312c2263757272656e6379223a22455552227d', 'CharacterNotInRepertoire: invalid byte sequence for encoding "UTF8": 0x00', false, 'discarded', '2023-11-16 07:18:42.01+00', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'why', '2023-11-16 07:23:35.01+00', 0),
	('d0bf928b-f088-60a3-8d1d-2f87aa8d5571', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 2, 22, 1700119123010, '\x6163635f3031613231663563383335613765643362626534346337353838306533656535', '\x7b226b696e64223a227472616e73666572222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383365383737663461386432303236393162613339363934222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393132313031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c22736f757263655f6163636f756e745f6964223a226163635f3031613231663563383335613765643362626534346337353838306533656535222c2264657374696e6174696f6e5f6163636f756e745f6964223a226163635f3031613231663563376365333735613839366561383363313536303361666164222c22616d6f756e74223a33332c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'replayed', '2023-11-16 07:18:43.01+00', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'why', '2023-11-16 07:23:35.01+00', 0),
	('6d7e52e9-a8ce-a149-a094-68a9974c2086', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 2, 23, 1700119124010, '\x6163635f3031613231663563383335613765643362626534346337353838306533656535', '\x7b226b696e64223a226372656469745f6c6567222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383430373736663938646635636632643361343963626165222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393132333031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226f726967696e223a227472616e73666572222c22736f757263655f6163636f756e745f6964223a226163635f3031613231663563376365333735613839366561383363313536303361666164222c2264657374696e6174696f6e5f6163636f756e745f6964223a226163635f3031613231663563383335613765643362626534346337353838306533656535222c22616d6f756e74223a34342c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'replayed', '2023-11-16 07:18:44.01+00', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'why', '2023-11-16 07:23:35.01+00', 0),
	('11bd3088-b0da-9f22-fa0d-fb280f367ba3', '01a21f5c-835a-7ed3-bbe4-4c75880e3ee5', 2, 24, 1700119125010, '\x6163635f3031613231663563383335613765643362626534346337353838306533656535', '\x7b226b696e64223a22686f6c64222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383430373730613961323365383531656561666466643032222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393132333031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226163636f756e745f6964223a226163635f3031613231663563383335613765643362626534346337353838306533656535222c22616d6f756e74223a352c2263757272656e6379223a22455552227d', 'waits behind a parked command of its account', true, 'replayed', '2023-11-16 07:18:45.01+00', '01a21f5c-7ce3-7b84-8ab4-a61478e8f6b7', 'why', '2023-11-16 07:23:35.01+00', 0),
	('a9e24461-d2e8-7f0c-32b7-553825ff2879', '01a21f5c-8382-724f-914e-51212961be47', 1, 43, 1700119418010, '\x6163635f3031613231663563383338323732346639313465353132313239363162653437', '\x7b226b696e64223a226465706f736974222c227472616e73616374696f6e5f6964223a2274786e5f3031613231663563383739383739626461623630393463353162313139653865222c22757365725f6964223a227573725f3031613231663563376365333762383438616234613631343738653866366237222c227265717565737465645f61745f7573223a313730303131393431353031303030302c2266696e6765727072696e74223a226666666666666666666666666666666666666666666666666666666666666666222c22726571756573745f6964223a22726571222c226465736372697074696f6e223a225c7530303030222c226163636f756e745f6964223a226163635f3031613231663563383338323732346639313465353132313239363162653437222c22616d6f756e74223a312c2263757272656e6379223a22455552227d', 'CharacterNotInRepertoire: invalid byte sequence for encoding "UTF8": 0x00', false, 'parked', '2023-11-16 07:23:38.01+00', NULL, NULL, NULL, NULL);
INSERT INTO ledger.partition_progress VALUES
	('test.commands', 1, 'first', 45, '2023-11-16 07:25:39.01+00', true, '2026-11-27 23:34:47.478302+00', 4, NULL),
	('test.commands', 2, 'first', 47, '2023-11-16 07:26:52.01+00', true, '2026-11-27 23:34:47.611217+00', 4, NULL),
	('test.commands', 0, 'first', 157, '2023-11-16 07:26:53.01+00', true, '2026-11-27 23:34:47.616831+00', 4, NULL),
	('test.commands', 3, 'first', 14, '2023-11-16 07:26:53.01+00', true, '2026-11-27 23:34:47.634617+00', 4, NULL);
INSERT INTO ledger.schema_migrations VALUES
	(1, 'ledger', '083f81361018466fb5f5e17b219fb32618ae6eb92ce56f37f9214fc77dacf85e', '2026-11-27 23:34:44.375098+00'),
	(2, 'people', '1a5257098af7aeeab2dfbb29277e3ffc2ad9276c0c640d75c347eeb9757351c1', '2026-11-27 23:34:44.505769+00'),
	(3, 'webhooks', '8bf016abd16ad0c8354c2c21efd5360fea5b3cc2725a1ec27e67bacca8bdf6ef', '2026-11-27 23:34:44.561772+00'),
	(4, 'apply_functions', '9b8124e7cb75f7690d980a379841f6e2881777d53442b668db1774ee19833a30', '2026-11-27 23:34:44.609015+00'),
	(10, 'log_growth', 'b503642b910eb3e299f34132944c740824f81fb7e7c39dcc0457e85c7513cb77', '2026-11-27 23:34:44.621935+00'),
	(11, 'legs', '30ffe63e0e44fa3e26d9acedd4fb849c0ba598006bc5b418900be6fca37a9a89', '2026-11-27 23:34:44.638911+00'),
	(12, 'lane', 'cbc3d3e36f757166c798a06e07d85703e7fa51f7e70eb9aaabb792af26a65567', '2026-11-27 23:34:44.699726+00');
SELECT pg_catalog.setval('ledger.operator_actions_action_id_seq', 1, false);
SELECT pg_catalog.setval('ledger.outbox_outbox_id_seq', 221, true);
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
