"""People: users, their passwords and their sessions.  None of it travels the log."""
