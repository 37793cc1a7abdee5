"""Applying: one database transaction for each batch of a partition."""
