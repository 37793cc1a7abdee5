"""What is run against a ledger from outside: the demo, the history checker, load scenarios."""
