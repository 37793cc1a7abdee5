"""Each database's number, written in the database itself.

A database that had another number, or that is another shard under a second address, would have rows
that nobody reads.  So a migration refuses it before anything is written.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import psycopg

from handlers.platform.postgres import sql
from handlers.sharding.shards import HOME

Connection = psycopg.Connection[Any]


class WrongDatabase(Exception):
    """A database is not the shard that the settings say it is."""


def check_distinct(connections: Sequence[Connection]) -> None:
    """Check that no two connections lead to the same database.

    Parameters
    ----------
    connections
        To the home database and the further shards, in autocommit mode.

    Raises
    ------
    WrongDatabase
        If two do.
    """
    # A lock belongs to one database, whatever address leads there. Nobody else has this number.
    lock = secrets.randbits(62)
    with ExitStack() as held:
        for number, connection in enumerate(connections, HOME):
            # A pooler in transaction mode keeps the server's connection only for a transaction.
            held.enter_context(connection.transaction())
            row = connection.execute(sql("sharding/try_lock"), {"lock": lock}).fetchone()
            if row is None or not row[0]:
                raise WrongDatabase(
                    f"shard {number} is the same database as another shard; check DATABASE_SHARDS"
                )


def identify(connection: Connection, shard: int) -> None:
    """Write a further shard's number into its database, or check the one that is there.

    Parameters
    ----------
    connection
        To the migrated database, in autocommit mode.
    shard
        The number that the settings give it; `HOME` writes none.

    Raises
    ------
    WrongDatabase
        If the database has another number, or has a home database's rows.
    """
    with connection.transaction():
        row = connection.execute(sql("sharding/identity")).fetchone()
        found, is_used = row or (None, False)
        if shard == HOME:
            if found is not None:
                raise WrongDatabase(f"the home database is shard {found}; check DATABASE_HOST")
        elif found is None and is_used:
            raise WrongDatabase(
                f"shard {shard}'s database has a home database's rows; a new shard must be empty"
            )
        elif found not in (None, shard):
            raise WrongDatabase(
                f"shard {shard}'s database is shard {found}; check the order of DATABASE_SHARDS"
            )
        else:
            connection.execute(sql("sharding/identify"), {"shard": shard})
