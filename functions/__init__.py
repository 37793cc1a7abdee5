"""The Lambda functions: thin edges that translate AWS events for the code in ``handlers``."""
