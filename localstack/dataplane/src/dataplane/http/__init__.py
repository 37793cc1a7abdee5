"""HTTP in, API Gateway's REST proxy event out, and back."""
