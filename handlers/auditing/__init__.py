"""Auditing: proves from the database alone that the books are right, and rebuilds them."""
