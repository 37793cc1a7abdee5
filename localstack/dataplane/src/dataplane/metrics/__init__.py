"""Prometheus metrics of the data plane, its processes, and what its functions report."""
