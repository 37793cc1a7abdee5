"""Reading: straight from PostgreSQL to what the API shows, past the domain."""
