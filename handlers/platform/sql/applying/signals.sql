-- The state that alarms watch, in one row, with each currency's balances: of all accounts, and in
-- transit. It reads all accounts: about a second for five million.
select (select count(*) from ledger.parked_commands
        where status = 'parked' and coalesce(lane, partition) <> all(%(absent)s::integer[])),
       (select count(distinct account_id) from ledger.parked_commands
        where status = 'parked' and coalesce(lane, partition) <> all(%(absent)s::integer[])),
       (select count(*) from ledger.outbox where partition <> all(%(absent)s::integer[])),
       (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)
        from ledger.outbox where partition <> all(%(absent)s::integer[])),
       (select coalesce(json_object_agg(s.currency, json_build_array(s.total, s.under_way)), '{}')
        from (
            select currency, sum(balance) as total,
                   coalesce(sum(balance) filter (where kind = 'in_transit'), 0) as under_way
            from ledger.accounts
            where partition <> all(%(absent)s::integer[])
            group by currency
        ) s),
       (select count(*) from ledger.webhook_deliveries where status = 'pending'),
       (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)
        from ledger.webhook_deliveries where status = 'pending'),
       (select count(*) from ledger.parked_events)
