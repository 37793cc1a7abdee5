"""Platform: PostgreSQL, Kafka, Redis, the clock, random ids, errors and migrations."""
