"""The start of lists whose cursors end in an id's digits."""

from __future__ import annotations

from typing import Final

LOWEST_UUID: Final = "0" * 32
HIGHEST_UUID: Final = "f" * 32
