-- Today's schema in one file, to read.  Generated from the migrations, which are what runs:
-- change it by a new migration, and write this anew: UPDATE_SNAPSHOTS=1 pytest -k test_schema

set check_function_bodies = false;

CREATE SCHEMA ledger;

CREATE FUNCTION ledger.claim(c_transaction_id uuid[], c_account_id uuid[], c_partition integer[], c_offset bigint[], c_fingerprint text[]) RETURNS TABLE(transaction_id uuid, account_id uuid, partition integer, "offset" bigint, fingerprint text)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
    insert into ledger.claims (transaction_id, account_id, partition, "offset", fingerprint)
    select w.*
    from unnest(c_transaction_id, c_account_id, c_partition, c_offset, c_fingerprint)
        as w (transaction_id, account_id, partition, "offset", fingerprint)
    -- What was applied before there were claims owns its id.
    where not exists (
        select from ledger.legs l where l.transaction_id = w.transaction_id and l.leg = 1)
    -- Everybody inserts in this order, so that two callers can't deadlock.
    order by w.transaction_id
    on conflict do nothing;

    return query
    select w.transaction_id, owner.account_id, owner.partition, owner."offset", owner.fingerprint
    from unnest(c_transaction_id, c_account_id) as w (transaction_id, account_id)
    cross join lateral (
        select c.account_id, c.partition, c."offset", c.fingerprint
        from ledger.claims c
        where c.transaction_id = w.transaction_id
        union all
        select l.account_id, l.partition, l."offset", l.fingerprint
        from ledger.legs l
        where l.transaction_id = w.transaction_id and l.leg = 1
        limit 1
    ) owner
    where owner.account_id is distinct from w.account_id;
end
$$;

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

CREATE FUNCTION ledger.due_heads(of_webhook uuid, start uuid, at_most integer, steps integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
    head record;
    place_hash integer := uuid_hash(start);
    place uuid := start;
    is_round boolean := false;
    found_so_far integer := 0;
begin
    for step in 1 .. steps loop
        select d.account_id, d.delivery_id, d.next_attempt_at into head
        from ledger.webhook_deliveries d
        where d.status = 'pending' and d.webhook_id = of_webhook
          and uuid_hash(d.webhook_id) = uuid_hash(of_webhook)
          and (uuid_hash(d.account_id), d.account_id) > (place_hash, place)
        order by uuid_hash(d.account_id), d.account_id, d.sequence
        limit 1;
        if not found then
            exit when is_round;
            is_round := true;
            place_hash := -2147483648;
            place := '00000000-0000-0000-0000-000000000000';
            continue;
        end if;
        place_hash := uuid_hash(head.account_id);
        place := head.account_id;
        exit when is_round and (place_hash, place) > (uuid_hash(start), start);
        continue when head.next_attempt_at > now();
        return next head.delivery_id;
        found_so_far := found_so_far + 1;
        exit when found_so_far = at_most;
    end loop;
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

CREATE FUNCTION ledger.latest_moment(wanted_topic text, wanted_account_id uuid) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$
    select greatest(now(), (
        select p.clock
        from ledger.accounts a
        join ledger.partition_progress p on p.topic = wanted_topic and p.partition = a.partition
        where a.account_id = wanted_account_id
    ))
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

CREATE FUNCTION ledger.load_accounts_with_metadata(wanted uuid[]) RETURNS TABLE(account_id bytea, kind text, currency text, opened_at bytea, user_id bytea, name text, balance bigint, held bigint, overdraft_limit bigint, daily_amount bigint, daily_count bigint, frozen_by_owner smallint, frozen_by_operator smallint, is_closed boolean, version bigint, hash bytea, day integer, day_amount bigint, day_count bigint, pending_out bigint, has_metadata boolean)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
    return query
    select uuid_send(a.account_id), a.kind, a.currency, timestamptz_send(a.opened_at),
           uuid_send(a.user_id), a.name, a.balance, a.held, a.overdraft_limit, a.daily_amount,
           a.daily_count, a.frozen_by_owner, a.frozen_by_operator, a.is_closed, a.version, a.hash,
           a.day, a.day_amount, a.day_count, a.pending_out, a.metadata is not null
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

CREATE FUNCTION ledger.lock_partition(wanted_topic text, wanted_partition integer) RETURNS TABLE(incarnation text, next_offset bigint, clock_us bigint, has_parked boolean, partitions integer, growing_to integer, shard smallint, moving_to smallint, has_outbox boolean)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
    return query
    select p.incarnation, p.next_offset, (extract(epoch from p.clock) * 1000000)::bigint,
           p.has_parked, p.partitions, p.growing_to, p.shard, p.moving_to,
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
    metadata jsonb,
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
    CONSTRAINT accounts_metadata CHECK (((metadata IS NULL) OR ((kind = 'customer'::text) AND (jsonb_typeof(metadata) = 'object'::text)))),
    CONSTRAINT accounts_overdraft_limit_check CHECK (((overdraft_limit >= 0) AND (overdraft_limit <= '9007199254740991'::bigint))),
    CONSTRAINT accounts_owner CHECK (((kind = 'customer'::text) = (user_id IS NOT NULL))),
    CONSTRAINT accounts_partition_check CHECK ((partition >= 0)),
    CONSTRAINT accounts_pending_out_check CHECK ((pending_out >= 0)),
    CONSTRAINT accounts_range CHECK (((balance >= '-4611686018427387904'::bigint) AND (balance <= '4611686018427387904'::bigint) AND ((kind <> 'customer'::text) OR (balance >= '-9007199254740991'::bigint)))),
    CONSTRAINT accounts_version_check CHECK ((version >= 0))
)
WITH (fillfactor='70');

COMMENT ON TABLE ledger.accounts IS 'Customers'' accounts and each partition''s clearing and in-transit ones.';

CREATE TABLE ledger.api_keys (
    key_id uuid NOT NULL,
    key_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    CONSTRAINT api_keys_key_hash_check CHECK ((length(key_hash) = 32)),
    CONSTRAINT api_keys_scopes_check CHECK ((cardinality(scopes) > 0))
);

CREATE TABLE ledger.claims (
    transaction_id uuid NOT NULL,
    account_id uuid NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    fingerprint text NOT NULL
);

COMMENT ON TABLE ledger.claims IS 'The account whose command may use a transaction id that a client''s key gives.';

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

CREATE TABLE ledger.expiry_nudges (
    topic text NOT NULL,
    partition integer NOT NULL,
    last_offset bigint NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE ledger.expiry_nudges IS 'The last nudge to let holds go that a partition got: no more are sent until it is applied.';

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

CREATE TABLE ledger.identity (
    is_only boolean DEFAULT true NOT NULL,
    shard smallint NOT NULL,
    CONSTRAINT identity_only CHECK (is_only),
    CONSTRAINT identity_shard CHECK ((shard >= 2))
);

COMMENT ON TABLE ledger.identity IS 'Which shard this database is; empty in the home database.';

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
    fenced_by uuid,
    fenced_until timestamp with time zone,
    CONSTRAINT log_growths_check CHECK (((partitions_before >= 1) AND (partitions_before <= (partitions - 1)))),
    CONSTRAINT log_growths_finished CHECK (((state = 'done'::text) = (finished_at IS NOT NULL))),
    CONSTRAINT log_growths_marked CHECK ((((state = 'fenced'::text) = (clock IS NULL)) AND ((clock IS NULL) = (has_parked IS NULL)))),
    CONSTRAINT log_growths_state_check CHECK ((state = ANY (ARRAY['fenced'::text, 'marking'::text, 'done'::text])))
);

COMMENT ON TABLE ledger.log_growths IS 'Each growth of the partition count; while one is not done, no command is taken in.';

CREATE TABLE ledger.moves (
    move_id bigint NOT NULL,
    topic text NOT NULL,
    modulus integer NOT NULL,
    residue integer NOT NULL,
    source smallint NOT NULL,
    target smallint NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT moves_finished CHECK (((state = ANY (ARRAY['done'::text, 'undone'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT moves_modulus CHECK ((modulus >= 1)),
    CONSTRAINT moves_residue CHECK (((residue >= 0) AND (residue < modulus))),
    CONSTRAINT moves_source CHECK ((source >= 1)),
    CONSTRAINT moves_state CHECK ((state = ANY (ARRAY['fencing'::text, 'copying'::text, 'switching'::text, 'settling'::text, 'dropping'::text, 'done'::text, 'undoing'::text, 'undone'::text]))),
    CONSTRAINT moves_target CHECK (((target >= 1) AND (target <> source)))
);

COMMENT ON TABLE ledger.moves IS 'Each move of partitions to another shard, and how far it has come; kept at home.';

ALTER TABLE ledger.moves ALTER COLUMN move_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.moves_move_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ledger.operator_actions (
    action_id bigint NOT NULL,
    user_id uuid NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    reason text,
    request_id text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    key_id uuid
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
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    to_topic text,
    to_partition integer,
    CONSTRAINT outbox_destination CHECK (((to_topic IS NULL) = (to_partition IS NULL)))
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

CREATE TABLE ledger.outbox_refused (
    refused_id bigint NOT NULL,
    partition integer NOT NULL,
    to_topic text,
    to_partition integer,
    key bytea,
    value bytea NOT NULL,
    error text NOT NULL,
    refused_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE ledger.outbox_refused IS 'Messages that the log refuses for good: an operator has to look at each.';

ALTER TABLE ledger.outbox_refused ALTER COLUMN refused_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.outbox_refused_refused_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ledger.outbox_waits (
    partition integer NOT NULL,
    to_topic text NOT NULL,
    to_partition integer NOT NULL,
    held bigint NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    error text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE ledger.outbox_waits IS 'Partitions of the log that did not take a message: later ones queue up behind it.';

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

CREATE TABLE ledger.parked_events (
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    timestamp_ms bigint NOT NULL,
    key bytea,
    value bytea,
    error text NOT NULL,
    parked_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE ledger.parked_events IS 'Records of the topic of events that can''t be read or noted, as they are, for an operator.';

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
    shard smallint,
    moving_to smallint,
    CONSTRAINT partition_progress_moving_to CHECK ((moving_to >= 1)),
    CONSTRAINT partition_progress_next_offset_check CHECK ((next_offset >= 0)),
    CONSTRAINT partition_progress_partition_check CHECK ((partition >= 0)),
    CONSTRAINT partition_progress_partitions_check CHECK ((partitions > 0)),
    CONSTRAINT partition_progress_shard CHECK ((shard >= 1))
);

COMMENT ON TABLE ledger.partition_progress IS 'One row a partition: the writer locks it first, so a partition has one writer at a time.';

COMMENT ON COLUMN ledger.partition_progress.shard IS 'The shard that has the partition, or null if it is this database.';

COMMENT ON COLUMN ledger.partition_progress.moving_to IS 'The shard that the partition is being moved to; nothing is applied meanwhile.';

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
    traceparent text,
    CONSTRAINT webhook_deliveries_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT webhook_deliveries_finished CHECK (((status = 'pending'::text) = (finished_at IS NULL))),
    CONSTRAINT webhook_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text]))),
    CONSTRAINT webhook_deliveries_traceparent CHECK ((length(traceparent) <= 55))
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
    answer_ms integer DEFAULT 0 NOT NULL,
    CONSTRAINT webhooks_answer_ms_check CHECK ((answer_ms >= 0)),
    CONSTRAINT webhooks_events_check CHECK ((cardinality(events) > 0)),
    CONSTRAINT webhooks_failures_check CHECK ((failures >= 0))
);

ALTER TABLE ONLY ledger.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY ledger.api_keys
    ADD CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY ledger.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (key_id);

ALTER TABLE ONLY ledger.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (transaction_id);

ALTER TABLE ONLY ledger.conflicts
    ADD CONSTRAINT conflicts_pkey PRIMARY KEY (transaction_id, partition, "offset", fingerprint);

ALTER TABLE ONLY ledger.expiry_nudges
    ADD CONSTRAINT expiry_nudges_pkey PRIMARY KEY (topic, partition);

ALTER TABLE ONLY ledger.holds
    ADD CONSTRAINT holds_pkey PRIMARY KEY (hold_id);

ALTER TABLE ONLY ledger.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (is_only);

ALTER TABLE ONLY ledger.log_growths
    ADD CONSTRAINT log_growths_pkey PRIMARY KEY (topic, partitions);

ALTER TABLE ONLY ledger.moves
    ADD CONSTRAINT moves_pkey PRIMARY KEY (move_id);

ALTER TABLE ONLY ledger.operator_actions
    ADD CONSTRAINT operator_actions_pkey PRIMARY KEY (action_id);

ALTER TABLE ONLY ledger.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (outbox_id);

ALTER TABLE ONLY ledger.outbox_refused
    ADD CONSTRAINT outbox_refused_pkey PRIMARY KEY (refused_id);

ALTER TABLE ONLY ledger.outbox_waits
    ADD CONSTRAINT outbox_waits_pkey PRIMARY KEY (partition, to_topic, to_partition);

ALTER TABLE ONLY ledger.parked_commands
    ADD CONSTRAINT parked_commands_pkey PRIMARY KEY (parked_id);

ALTER TABLE ONLY ledger.parked_events
    ADD CONSTRAINT parked_events_pkey PRIMARY KEY (topic, partition, "offset", timestamp_ms);

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

CREATE INDEX accounts_own ON ledger.accounts USING btree (account_id) WHERE (kind <> 'customer'::text);

CREATE INDEX accounts_user ON ledger.accounts USING btree (user_id, opened_at, account_id) WHERE (user_id IS NOT NULL);

CREATE INDEX api_keys_user ON ledger.api_keys USING btree (user_id, created_at, key_id);

CREATE INDEX holds_account ON ledger.holds USING btree (account_id, opened_at);

CREATE INDEX holds_due ON ledger.holds USING btree (account_id, expires_at) WHERE ((status = 'open'::text) AND (expires_at IS NOT NULL));

CREATE INDEX holds_expiry ON ledger.holds USING btree (expires_at) WHERE ((status = 'open'::text) AND (expires_at IS NOT NULL));

CREATE INDEX holds_status ON ledger.holds USING btree (account_id, status, opened_at, hold_id);

CREATE INDEX legs_hold ON ledger.legs USING btree (hold_id) WHERE (hold_id IS NOT NULL);

CREATE INDEX legs_unposted ON ledger.legs USING btree (account_id, posted_at, transaction_id) WHERE (debit_account_id IS NULL);

CREATE UNIQUE INDEX log_growths_one ON ledger.log_growths USING btree (topic) WHERE (state <> 'done'::text);

CREATE UNIQUE INDEX moves_one ON ledger.moves USING btree (topic) WHERE (finished_at IS NULL);

CREATE INDEX outbox_batches ON ledger.outbox USING btree (partition, outbox_id) WHERE (to_topic IS NULL);

CREATE INDEX outbox_waiting ON ledger.outbox USING btree (partition, to_topic, to_partition, outbox_id) WHERE (to_topic IS NOT NULL);

CREATE INDEX parked_partition ON ledger.parked_commands USING btree (partition, "offset");

CREATE INDEX parked_queue ON ledger.parked_commands USING btree (account_id, parked_at, "offset") WHERE (status = 'parked'::text);

CREATE UNIQUE INDEX postings_credit ON ledger.legs USING btree (credit_account_id, credit_version) WHERE (credit_account_id IS NOT NULL);

CREATE UNIQUE INDEX postings_debit ON ledger.legs USING btree (debit_account_id, debit_version) WHERE (debit_account_id IS NOT NULL);

CREATE INDEX sessions_expiry ON ledger.sessions USING btree (expires_at);

CREATE INDEX sessions_user ON ledger.sessions USING btree (user_id);

CREATE INDEX transactions_reverses ON ledger.legs USING btree (reverses) WHERE (reverses IS NOT NULL);

CREATE UNIQUE INDEX webhook_deliveries_event ON ledger.webhook_deliveries USING btree (webhook_id, event_id);

CREATE INDEX webhook_deliveries_list ON ledger.webhook_deliveries USING btree (webhook_id, sequence);

CREATE INDEX webhook_deliveries_old ON ledger.webhook_deliveries USING btree (finished_at) WHERE (status <> 'pending'::text);

CREATE INDEX webhook_deliveries_queue ON ledger.webhook_deliveries USING btree (webhook_id, account_id, sequence) WHERE (status = 'pending'::text);

CREATE INDEX webhook_deliveries_turns ON ledger.webhook_deliveries USING btree (uuid_hash(webhook_id), webhook_id, uuid_hash(account_id), account_id, sequence) WHERE (status = 'pending'::text);

CREATE INDEX webhooks_user ON ledger.webhooks USING btree (user_id, created_at, webhook_id);

ALTER TABLE ONLY ledger.api_keys
    ADD CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES ledger.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY ledger.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES ledger.users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY ledger.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES ledger.webhooks(webhook_id) ON DELETE CASCADE;

ALTER TABLE ONLY ledger.webhooks
    ADD CONSTRAINT webhooks_user_id_fkey FOREIGN KEY (user_id) REFERENCES ledger.users(user_id) ON DELETE CASCADE;
