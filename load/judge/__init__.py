"""Histories: what clients sent and saw, and whether the ledger's own log explains it."""
