"""The list of signals, with their alerts in Prometheus and CloudWatch."""
