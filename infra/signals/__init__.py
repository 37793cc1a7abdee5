"""What is watched, and the alerts on it: one list, for Prometheus and for CloudWatch."""
