"""Prepare write-ahead log files, as in a database that has been in use.

A new database first fills each of these files with zeros on disk while every commit waits, which
takes some 40 to 80 ms per 16 MiB. After its first checkpoint, it reuses them, so this is not part
of the cost of a transaction.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg

#: The number that PostgreSQL keeps when idle (``min_wal_size``), of 16 MiB each.
FILES: Final = 60


def lay_ready(admin: psycopg.Connection[Any], files: int = FILES) -> None:
    """Create so many files, and recycle them with a checkpoint."""
    for _ in range(files):
        # PostgreSQL switches to the next file only if the current one is not empty.
        admin.execute("select pg_logical_emit_message(false, 'bench', '')")
        admin.execute("select pg_switch_wal()")
    admin.execute("checkpoint")
