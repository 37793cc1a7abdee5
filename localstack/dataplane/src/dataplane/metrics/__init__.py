"""Prometheus metrics of the data plane, its processes and its functions' reports."""
