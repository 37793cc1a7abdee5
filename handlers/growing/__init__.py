"""Growing: giving the log more partitions without breaking any account's order."""
