-- What an account's owner keeps with it: keys and values of text.

alter table ledger.accounts
    add column metadata jsonb
    constraint accounts_metadata check (
        metadata is null or kind = 'customer' and jsonb_typeof(metadata) = 'object'
    );

-- As `load_accounts`, which the functions of the last release call until they are replaced. It
-- tells whether there is metadata, and leaves out which: a batch may load a thousand accounts, and
-- needs the metadata of those alone whose own it changes.
create function ledger.load_accounts_with_metadata(wanted uuid[])
returns table (
    account_id bytea, kind text, currency text, opened_at bytea, user_id bytea, name text,
    balance bigint, held bigint, overdraft_limit bigint, daily_amount bigint, daily_count bigint,
    frozen_by_owner smallint, frozen_by_operator smallint, is_closed boolean, version bigint,
    hash bytea, day integer, day_amount bigint, day_count bigint, pending_out bigint,
    has_metadata boolean
)
language plpgsql
set enable_seqscan to off
set plan_cache_mode to force_generic_plan
as $$
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
