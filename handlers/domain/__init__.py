"""The rules of the ledger: pure, no I/O, no clock, no randomness of their own."""
