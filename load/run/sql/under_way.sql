-- What still has to come to its end: rows to publish, and accounts with moves under way.
select (select count(*) from ledger.outbox)
     + (select count(*) from ledger.accounts where pending_out > 0)
