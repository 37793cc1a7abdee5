"""The rules of the ledger: pure functions without I/O, clocks or randomness."""
