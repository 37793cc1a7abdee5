-- Keep other runs of the tool out until this transaction ends, however long that takes.
select set_config('idle_in_transaction_session_timeout', '0', true),
       pg_try_advisory_xact_lock(hashtextextended('ledgerlane.moves ' || %(topic)s, 0))
