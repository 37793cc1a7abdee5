"""Read the deployment from the emulator's API."""
