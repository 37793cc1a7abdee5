"""Clients that load the API over HTTP and record what they sent and received."""
