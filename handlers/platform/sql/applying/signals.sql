-- The state that alarms watch, in one row of numbers. It sums all balances: about a second for five
-- million accounts.
select (select count(*) from ledger.parked_commands where status = 'parked'),
       (select count(distinct account_id) from ledger.parked_commands where status = 'parked'),
       (select count(*) from ledger.outbox),
       (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)
        from ledger.outbox),
       (select count(*) from (select from ledger.accounts group by currency
                              having sum(balance) <> 0) as imbalanced),
       (select count(*) from (select from ledger.accounts where kind = 'in_transit'
                              group by currency having sum(balance) <> 0) as under_way),
       (select count(*) from ledger.webhook_deliveries where status = 'pending'),
       (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)
        from ledger.webhook_deliveries where status = 'pending'),
       (select count(*) from ledger.parked_events)
