"""Benchmarks. Each prints its figures with their conditions, beside those of a yardstick."""
