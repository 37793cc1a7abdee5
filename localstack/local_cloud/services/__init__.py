"""The services of the local cloud, one module each."""
