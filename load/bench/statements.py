"""The benchmarks' SQL statements, one per file in ``load/bench/sql``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("sql")


@cache
def statement(name: str) -> bytes:
    """Return a statement by its file's name, without the extension."""
    return (_FOLDER / f"{name}.sql").read_bytes()
