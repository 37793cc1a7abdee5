"""The command line."""

from ledgerlane_client.cli.main import main

__all__ = ["main"]
