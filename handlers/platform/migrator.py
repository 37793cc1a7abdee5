"""Migrates the database's schema with numbered, forward-only migrations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import psycopg

FOLDER: Final = Path(__file__).parent / "migrations"
_NAME: Final = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
# An arbitrary constant: the lock's id among the database's transaction-scoped locks.
_LOCK: Final = 0x6C656467

_PREPARE: Final = """
create schema if not exists ledger;
create table if not exists ledger.schema_migrations (
    number     integer     primary key,
    name       text        not null,
    digest     text        not null,
    applied_at timestamptz not null default now()
);
"""


class MigrationError(Exception):
    """The migrations and the database don't match."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of ``handlers/platform/migrations``."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file, which shows whether it was changed later."""
        return sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return the migrations in order.

    Raises
    ------
    MigrationError
        If a file is misnamed, or two have the same number.
    """
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise MigrationError(f"{path.name} is not named like 0001_what_it_does.sql")
        found.append(Migration(int(match[1]), match[2], path.read_text(encoding="utf-8")))
    numbers = [migration.number for migration in found]
    # Numbers may have gaps, so that parallel work can reserve its own.
    if len(set(numbers)) != len(numbers):
        raise MigrationError("two migrations have the same number; renumber the later one")
    return found


def migrate(connection: psycopg.Connection[Any], wanted: list[Migration]) -> list[str]:
    """Apply the missing migrations, each in its own transaction.

    A database that is newer than the code (after a rollback) stays as it is: migrations only add
    things, so the previous code continues to work.

    Parameters
    ----------
    connection
        In autocommit mode, as the owner of the schema.

    Returns
    -------
    list of str
        The names of the migrations that were applied now.

    Raises
    ------
    MigrationError
        If an applied migration was changed, or a migration fails, which leaves no trace.
    """
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        connection.execute(_PREPARE)
    return [migration.name for migration in wanted if _apply_if_missing(connection, migration)]


def _apply_if_missing(connection: psycopg.Connection[Any], migration: Migration) -> bool:
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        row = connection.execute(
            "select digest from ledger.schema_migrations where number = %s", (migration.number,)
        ).fetchone()
        if row is not None:
            if row[0] != migration.digest:
                raise MigrationError(
                    f"migration {migration.number:04d}_{migration.name} was changed after it was"
                    " applied; restore it and add a new one"
                )
            return False
        try:
            connection.execute("set local search_path = ledger")
            connection.execute(migration.sql.encode())
        except psycopg.Error as error:
            reason = error.diag.message_primary or str(error)
            raise MigrationError(
                f"migration {migration.number:04d}_{migration.name} failed: {reason}"
            ) from error
        connection.execute(
            "insert into ledger.schema_migrations (number, name, digest) values (%s, %s, %s)",
            (migration.number, migration.name, migration.digest),
        )
    return True


def schema_version(connection: psycopg.Connection[Any]) -> int:
    """Return the number of the last applied migration."""
    row = connection.execute("select max(number) from ledger.schema_migrations").fetchone()
    return int(row[0] or 0) if row else 0
