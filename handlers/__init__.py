"""What the ledger does: commands, rules, the apply loop, queries and adapters."""
