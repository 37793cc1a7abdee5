"""The audit: proves from the database alone that the books are right, or names what is wrong."""
