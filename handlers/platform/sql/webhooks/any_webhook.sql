select exists (select from ledger.webhooks)
