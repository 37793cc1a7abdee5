-- What the writers run for each batch, as functions. Through a pooler in transaction mode nothing
-- can be prepared, and parsing and planning these statements costs some two milliseconds a batch;
-- a PL/pgSQL function's plans are kept by the server's connection, whoever uses it.
--
-- A plan that is kept must be right for a table that was empty when it was made: the functions that
-- look rows up by key rule out reading a table whole.
--
-- In the statements unnest stands in the select list, where the arrays are read in step (an array
-- that is shorter, or empty, gives nulls); in FROM each column would go through a tuplestore.

-- Taken first: whoever holds this row is the partition's one writer.
create function lock_progress(wanted_topic text, wanted_partition integer)
returns table (incarnation text, next_offset bigint, clock_us bigint, has_parked boolean,
               has_outbox boolean)
language plpgsql set enable_seqscan = off as $$
begin
    return query
    select p.incarnation, p.next_offset, (extract(epoch from p.clock) * 1000000)::bigint,
           p.has_parked,
           exists (select from ledger.outbox o where o.partition = wanted_partition)
    from ledger.partition_progress p
    where p.topic = wanted_topic and p.partition = wanted_partition
    for update of p;
end
$$;

create function load_accounts(wanted uuid[])
returns table (account_id bytea, kind text, currency text, opened_at bytea, user_id bytea,
               name text, balance bigint, held bigint, overdraft_limit bigint, daily_amount bigint,
               daily_count bigint, frozen_by_owner smallint, frozen_by_operator smallint,
               is_closed boolean, version bigint, hash bytea, day integer, day_amount bigint,
               day_count bigint, pending_out bigint)
language plpgsql set enable_seqscan = off as $$
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
language plpgsql set enable_seqscan = off as $$
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

-- Another partition may have taken an idempotency key's id meanwhile: then this violates the primary
-- key, and the batch is applied anew, now seeing that row.
create function insert_transactions(
    transaction_id uuid[], leg bigint[], kind text[], status text[], reason text[],
    account_id uuid[], counterparty_id uuid[], user_id uuid[], amount bigint[], currency text[],
    balance_after bigint[], description text[], metadata text[], hold_id uuid[], reverses uuid[],
    reversed_amount bigint[], fingerprint text[], request_id text[], partition bigint[],
    "offset" bigint[], requested_at timestamptz[], posted_at timestamptz[],
    completed_at timestamptz[])
returns void language plpgsql as $$
#variable_conflict use_variable
begin
    insert into ledger.transactions (
        transaction_id, leg, kind, status, reason, account_id, counterparty_id, user_id, amount,
        currency, balance_after, description, metadata, hold_id, reverses, reversed_amount,
        fingerprint, request_id, partition, "offset", requested_at, posted_at, completed_at
    )
    select unnest(transaction_id), unnest(leg), unnest(kind), unnest(status), unnest(reason),
           unnest(account_id), unnest(counterparty_id), unnest(user_id), unnest(amount),
           unnest(currency), unnest(balance_after), unnest(description), unnest(metadata)::jsonb,
           unnest(hold_id), unnest(reverses), unnest(reversed_amount), unnest(fingerprint),
           unnest(request_id), unnest(partition), unnest("offset"), unnest(requested_at),
           unnest(posted_at), unnest(completed_at);
end
$$;

create function insert_postings(
    transaction_id uuid[], leg bigint[], debit_account_id uuid[], credit_account_id uuid[],
    amount bigint[], currency text[], debit_version bigint[], debit_balance_after bigint[],
    debit_hash bytea[], credit_version bigint[], credit_balance_after bigint[],
    credit_hash bytea[], posted_at timestamptz[])
returns void language plpgsql as $$
#variable_conflict use_variable
begin
    insert into ledger.postings (
        transaction_id, leg, debit_account_id, credit_account_id, amount, currency,
        debit_version, debit_balance_after, debit_hash,
        credit_version, credit_balance_after, credit_hash, posted_at
    )
    select unnest(transaction_id), unnest(leg), unnest(debit_account_id),
           unnest(credit_account_id), unnest(amount), unnest(currency), unnest(debit_version),
           unnest(debit_balance_after), unnest(debit_hash), unnest(credit_version),
           unnest(credit_balance_after), unnest(credit_hash), unnest(posted_at);
end
$$;

-- Fails, as a violated constraint does, unless every account is there and no newer than said.
create function update_accounts(
    own_partition integer, account_id uuid[], balance bigint[], held bigint[],
    overdraft_limit bigint[], daily_amount bigint[], daily_count bigint[],
    frozen_by_owner bigint[], frozen_by_operator bigint[], is_closed boolean[], version bigint[],
    hash bytea[], day bigint[], day_amount bigint[], day_count bigint[], pending_out bigint[])
returns void language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_variable
declare
    changed bigint;
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
        select unnest(account_id) as account_id,
               unnest(balance) as balance,
               unnest(held) as held,
               unnest(overdraft_limit) as overdraft_limit,
               unnest(daily_amount) as daily_amount,
               unnest(daily_count) as daily_count,
               unnest(frozen_by_owner) as frozen_by_owner,
               unnest(frozen_by_operator) as frozen_by_operator,
               unnest(is_closed) as is_closed,
               unnest(version) as version,
               unnest(hash) as hash,
               unnest(day) as day,
               unnest(day_amount) as day_amount,
               unnest(day_count) as day_count,
               unnest(pending_out) as pending_out
    ) c
    where a.account_id = c.account_id and a.partition = own_partition and a.version <= c.version;
    get diagnostics changed = row_count;
    perform ledger.expect(changed, cardinality(account_id));
end
$$;

create function insert_outbox(own_partition integer, own_messages text)
returns bigint language plpgsql as $$
declare
    made bigint;
begin
    insert into ledger.outbox (partition, messages)
    values (own_partition, own_messages)
    returning outbox_id into made;
    return made;
end
$$;

-- Losing this would only publish the rows again, so it does not wait for the disk.
create function delete_outbox(published bigint[])
returns void language plpgsql set enable_seqscan = off as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    delete from ledger.outbox where outbox_id = any (published);
end
$$;

create function advance_progress(
    own_topic text, own_partition integer, new_incarnation text, new_offset bigint,
    new_clock_us bigint, new_has_parked boolean)
returns void language plpgsql set enable_seqscan = off as $$
begin
    update ledger.partition_progress
    set incarnation = new_incarnation,
        next_offset = new_offset,
        clock = timestamptz 'epoch' + new_clock_us * interval '1 microsecond',
        has_parked = new_has_parked,
        updated_at = now()
    where topic = own_topic and partition = own_partition;
end
$$;
