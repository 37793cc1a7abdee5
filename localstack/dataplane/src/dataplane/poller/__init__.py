"""Kafka event source mappings: invoke functions with records in order, then commit."""
