"""Backups of the ledger and of the log, and their way back."""
