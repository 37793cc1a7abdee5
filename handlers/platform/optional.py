"""Keeps libraries from importing what they could use and we don't want them to."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hidden(package: str) -> Iterator[None]:
    """Let a package look as if it were not installed, unless it is imported already."""
    if package in sys.modules:
        yield
        return
    # The documented way to make an import fail ("The module cache", Python Language Reference).
    sys.modules[package] = None  # type: ignore[assignment]  # what the import system looks for
    try:
        yield
    finally:
        del sys.modules[package]
