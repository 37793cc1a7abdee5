select count(*) from ledger.outbox
