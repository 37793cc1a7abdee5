"""Measure deposits at an even pace beside a crowd of idle, waiting and slow connections."""
