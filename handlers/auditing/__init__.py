"""Auditing: prove from the database alone that the books are right, and rebuild them."""
