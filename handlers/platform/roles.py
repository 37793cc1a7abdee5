"""The role that functions use if they are not the schema's owner: it can only change rows."""

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
    """Create `role` if it is missing, set its password and grant it what it needs.

    Parameters
    ----------
    connection
        In autocommit mode, as the owner of the schema.
    role, password
        The credentials that the pooler signs in with.
    """
    # Send a verifier instead of the password, because the server may log the statement.
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
