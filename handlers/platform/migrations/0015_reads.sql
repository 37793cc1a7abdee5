-- What the API's reads look up (docs/decisions/0093).

-- The latest moment that has happened to an account, as far as is known here: the database's clock
-- says it, or the log's, where the brokers' is ahead. Nothing is told of times after it.
create function latest_moment(wanted_topic text, wanted_account_id uuid) returns timestamptz
language sql stable as $$
    select greatest(now(), (
        select p.clock
        from ledger.accounts a
        join ledger.partition_progress p on p.topic = wanted_topic and p.partition = a.partition
        where a.account_id = wanted_account_id
    ))
$$;

-- An account's holds of one status, newest first; those of any are found by holds_account.
create index holds_status on holds (account_id, status, opened_at, hold_id);
