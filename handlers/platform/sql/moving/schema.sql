select max(number), count(*) from ledger.schema_migrations
