"""The drill: lose parts of an instance on purpose, and show that nothing acknowledged is lost."""
