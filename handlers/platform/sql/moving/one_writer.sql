-- The server may still be busy with what a killed run began.
select pg_advisory_xact_lock(hashtextextended('ledgerlane.moves', 0))
