"""PostgreSQL array literals, built in one pass a column.

psycopg can write Python lists itself, one element at a time; joining strings is an order of
magnitude faster, which matters for the two dozen columns of a batch of hundreds of rows.  The
format is PostgreSQL's own (documentation, section 8.15.2).
"""

from __future__ import annotations

from collections.abc import Iterable

NULL = "NULL"


def id_array(values: Iterable[str | None]) -> str:
    """Write ids as ``uuid[]``: the digits behind their prefixes; None or empty is null."""
    return "{" + ",".join([value[4:] if value else NULL for value in values]) + "}"


def int_array(values: Iterable[int | None]) -> str:
    """Write integers (or null)."""
    return "{" + ",".join([NULL if value is None else str(value) for value in values]) + "}"


def bool_array(values: Iterable[bool]) -> str:
    """Write booleans."""
    return "{" + ",".join(["t" if value else "f" for value in values]) + "}"


def word_array(values: Iterable[str | None]) -> str:
    """Write words of our own that need no quotes: letters, digits, underscores; None is null."""
    return "{" + ",".join([value or NULL for value in values]) + "}"


def hex_array(values: Iterable[bytes | None]) -> str:
    """Write bytes as hexadecimal text, for ``decode(..., 'hex')``."""
    return "{" + ",".join([NULL if value is None else f'"{value.hex()}"' for value in values]) + "}"


def text_array(values: Iterable[str | None]) -> str:
    """Write any text, quoted and escaped; None is null."""
    return (
        "{"
        + ",".join(
            [
                NULL
                if value is None
                else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
                for value in values
            ]
        )
        + "}"
    )
