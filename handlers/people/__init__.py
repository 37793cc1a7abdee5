"""People: users, their passwords, sessions and API keys. These are not in the log."""
