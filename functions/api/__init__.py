"""The HTTP API: one module per resource, plus the modules they share."""
