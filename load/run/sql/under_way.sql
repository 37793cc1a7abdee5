-- The work in progress: rows to publish, and accounts with moves in progress.
select (select count(*) from ledger.outbox)
     + (select count(*) from ledger.accounts where pending_out > 0)
