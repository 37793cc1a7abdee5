"""How Ledgerlane gets deployed."""
