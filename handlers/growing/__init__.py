"""Growing: add partitions to the log without breaking any account's order."""
