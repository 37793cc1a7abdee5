-- Insert nothing if the user already has the maximum number of webhooks.
insert into ledger.webhooks (webhook_id, user_id, url, events, secret, created_at)
select %(webhook_id)s, %(user_id)s, %(url)s, %(events)s, %(secret)s, %(created_at)s
where (select count(*) from ledger.webhooks where user_id = %(user_id)s) < %(at_most)s
returning webhook_id
