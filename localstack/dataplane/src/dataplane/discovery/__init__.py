"""Reading what was deployed from the emulator's own API."""
