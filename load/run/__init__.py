"""`make load`: k6 against the running stack, and what came of it."""
