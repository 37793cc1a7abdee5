"""Write-ahead log files that lie ready, as in a database that has been in use.

A new database writes each of these files twice, first full of zeros and to the disk while every
commit waits, which takes some 40 to 80 ms for each 16 MiB.  From its first checkpoint on it uses
them again, and so this is no part of what a transaction costs.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg

#: As many as PostgreSQL keeps when they are not needed (``min_wal_size``), of 16 MiB each.
FILES: Final = 60


def lay_ready(admin: psycopg.Connection[Any], files: int = FILES) -> None:
    """Have so many files made, and given back by a checkpoint to be written over."""
    for _ in range(files):
        # A file is only left behind when there is something in it.
        admin.execute("select pg_logical_emit_message(false, 'bench', '')")
        admin.execute("select pg_switch_wal()")
    admin.execute("checkpoint")
