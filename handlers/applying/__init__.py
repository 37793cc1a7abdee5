"""Applying: one database transaction per batch of a partition."""
