"""Benchmarks: each prints what it measured, under which conditions, and next to a yardstick."""
