"""The role that functions work as, where it is not the schema's owner: rows, and nothing else."""

from __future__ import annotations

from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

_GRANTS: Final[tuple[LiteralString, ...]] = (
    "grant usage on schema ledger to {}",
    "grant select, insert, update, delete on all tables in schema ledger to {}",
    "grant usage, select on all sequences in schema ledger to {}",
    "grant execute on all functions in schema ledger to {}",
    "revoke insert, update, delete on ledger.schema_migrations from {}",
)


def let_in(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    """Make `role` if it is missing, give it this password, and what its work needs.

    Parameters
    ----------
    connection
        In autocommit, as the owner of the schema.
    role, password
        What the pooler signs in with.
    """
    # The server is sent a verifier made here: its log may hold the statement, never the password.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    )
    name, secret = sql.Identifier(role), sql.Literal(verifier.decode())
    with connection.transaction():
        known = connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
        if known is None:
            connection.execute(sql.SQL("create role {} login").format(name))
        connection.execute(sql.SQL("alter role {} password {}").format(name, secret))
        for grant in _GRANTS:
            connection.execute(sql.SQL(grant).format(name))
