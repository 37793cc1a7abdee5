"""The command line: what people do by hand."""

from ledgerlane_client.cli.main import main

__all__ = ["main"]
