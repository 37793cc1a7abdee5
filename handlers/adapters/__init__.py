"""How the ledger reaches PostgreSQL, Kafka and Redis: one module each."""
