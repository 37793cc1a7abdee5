"""The role of PostgreSQL with which the exporter reads statistics."""

from __future__ import annotations

import psycopg
from psycopg import sql

from local_cloud.config import WATCHER_ROLE


def allow_to_watch(connection: psycopg.Connection, password: str) -> None:
    """Create the exporter's role, which can read statistics but no tables."""
    watcher = sql.Identifier(WATCHER_ROLE)
    found = connection.execute(
        "SELECT 1 FROM pg_roles WHERE rolname = %s", [WATCHER_ROLE]
    ).fetchone()
    if not found:
        connection.execute(sql.SQL("CREATE ROLE {} CONNECTION LIMIT 5").format(watcher))
    secret = sql.Literal(password)
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(watcher, secret))
    connection.execute(sql.SQL("GRANT pg_monitor TO {}").format(watcher))
