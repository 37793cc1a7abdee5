delete from ledger.webhook_deliveries
where delivery_id in (
    select delivery_id from ledger.webhook_deliveries
    where status <> 'pending' and finished_at < now() - %(days)s * interval '1 day'
    limit %(at_most)s
)
