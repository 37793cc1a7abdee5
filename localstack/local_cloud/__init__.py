"""The emulated cloud on one machine: services, deployment and the local data plane."""
