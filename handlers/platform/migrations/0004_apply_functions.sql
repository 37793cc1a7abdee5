-- What the writers run for each batch, as functions. Through a pooler in transaction mode nothing
-- can be prepared, and parsing and planning these statements costs some two milliseconds a batch;
-- a PL/pgSQL function's plans are kept by the server's connection, whoever uses it.
--
-- A plan that is kept must be right for a table that was empty when it was made, and for batches of
-- any size: the functions rule out reading a table whole, and planning for a batch's own values.
--
-- In the statements unnest stands in the select list, where the arrays are read in step (an array
-- that is shorter, or empty, gives nulls); in FROM each column would go through a tuplestore.

create function load_accounts(wanted uuid[])
returns table (account_id bytea, kind text, currency text, opened_at bytea, user_id bytea,
               name text, balance bigint, held bigint, overdraft_limit bigint, daily_amount bigint,
               daily_count bigint, frozen_by_owner smallint, frozen_by_operator smallint,
               is_closed boolean, version bigint, hash bytea, day integer, day_amount bigint,
               day_count bigint, pending_out bigint)
language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
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

create function load_transactions(wanted uuid[])
returns table (transaction_id bytea, leg smallint, kind text, status text, account_id bytea,
               user_id bytea, fingerprint text, partition integer, "offset" bigint,
               requested_at bytea, posted_at bytea, reason text, counterparty_id bytea,
               amount bigint, currency text, balance_after bigint, description text, metadata text,
               hold_id bytea, reverses bytea, reversed_amount bigint, completed_at bytea,
               request_id text)
language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
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

-- Adds what a batch recorded: columns of its transactions (t_) and of their postings (p_).
--
-- Another partition may have taken an idempotency key's id meanwhile: then this violates the primary
-- key of the transactions, and the batch is applied anew, now seeing that row.
create function write_records(
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
returns void language plpgsql set plan_cache_mode = force_generic_plan as $$
begin
    insert into ledger.transactions (
        transaction_id, leg, kind, status, reason, account_id, counterparty_id, user_id, amount,
        currency, balance_after, description, metadata, hold_id, reverses, reversed_amount,
        fingerprint, request_id, partition, "offset", requested_at, posted_at, completed_at
    )
    select unnest(t_transaction_id), unnest(t_leg), unnest(t_kind), unnest(t_status),
           unnest(t_reason), unnest(t_account_id), unnest(t_counterparty_id), unnest(t_user_id),
           unnest(t_amount), unnest(t_currency), unnest(t_balance_after), unnest(t_description),
           unnest(t_metadata)::jsonb, unnest(t_hold_id), unnest(t_reverses),
           unnest(t_reversed_amount), unnest(t_fingerprint), unnest(t_request_id),
           unnest(t_partition), unnest(t_offset), unnest(t_requested_at), unnest(t_posted_at),
           unnest(t_completed_at);

    insert into ledger.postings (
        transaction_id, leg, debit_account_id, credit_account_id, amount, currency, debit_version,
        debit_balance_after, debit_hash, credit_version, credit_balance_after, credit_hash,
        posted_at
    )
    select unnest(p_transaction_id), unnest(p_leg), unnest(p_debit_account_id),
           unnest(p_credit_account_id), unnest(p_amount), unnest(p_currency),
           unnest(p_debit_version), unnest(p_debit_balance_after), unnest(p_debit_hash),
           unnest(p_credit_version), unnest(p_credit_balance_after), unnest(p_credit_hash),
           unnest(p_posted_at);
end
$$;

-- Brings a partition's state to where a batch left it: columns of the accounts that changed (a_),
-- what is to be published, and the progress. Returns the id of the outbox row, if there is one.
--
-- It fails, as a violated constraint does, unless every account is there, on this partition, and no
-- newer than it is said to be.
create function write_state(
    own_topic text, own_partition integer, new_incarnation text, new_offset bigint,
    new_clock_us bigint, new_has_parked boolean, own_messages text,
    a_account_id uuid[], a_balance bigint[], a_held bigint[], a_overdraft_limit bigint[],
    a_daily_amount bigint[], a_daily_count bigint[], a_frozen_by_owner bigint[],
    a_frozen_by_operator bigint[], a_is_closed boolean[], a_version bigint[], a_hash bytea[],
    a_day bigint[], a_day_amount bigint[], a_day_count bigint[], a_pending_out bigint[])
returns bigint language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan as $$
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

-- Losing this would only publish the rows again, so it does not wait for the disk.
create function delete_outbox(published bigint[])
returns void language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    delete from ledger.outbox where outbox_id = any (published);
end
$$;
