delete from ledger.webhooks where webhook_id = %(webhook_id)s and user_id = %(user_id)s
returning webhook_id
