"""Convert HTTP requests to API Gateway's REST proxy events, and responses back to HTTP."""
