"""The emulated cloud on one machine: services, deployment and data plane."""
