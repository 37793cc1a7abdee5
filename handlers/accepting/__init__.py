"""Accepting: turn a valid request into a record in the log."""
