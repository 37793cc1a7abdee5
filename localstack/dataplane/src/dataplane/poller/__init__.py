"""Kafka event source mappings: from partitions to invocations, in order, committed when done."""
