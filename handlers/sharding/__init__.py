"""Shards: which database has which partitions, and what several databases must agree on."""
