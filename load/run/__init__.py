"""`make load`: run k6 against the running stack and check the result."""
