"""Check histories of what clients sent and received against the ledger's log."""
