"""Reading: map PostgreSQL rows directly to API views, without the domain."""
