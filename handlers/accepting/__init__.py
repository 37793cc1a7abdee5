"""Accepting: from a valid request to a record of the log."""
