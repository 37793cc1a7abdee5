"""Whether the database has the migrations that the deployed code expects.

An emulator that doesn't invoke custom resources reports a stack as complete although no migration
ran. The functions would fail later, far from the cause.
"""

from __future__ import annotations

from pathlib import Path

import psycopg

from local_cloud.errors import LocalCloudError

MIGRATIONS = Path("handlers/platform/migrations")
CONNECT_LIMIT_S = 10


def check_schema(database_url: str, source: Path) -> None:
    """Check that the database has every migration of the deployed code.

    A database that is ahead of the code is fine: migrations are compatible with the code before
    them.

    Parameters
    ----------
    database_url : str
        The instance's database.
    source : Path
        The folder that was deployed.

    Raises
    ------
    LocalCloudError
        If a migration is missing, or the database does not answer.
    """
    expected = expected_migrations(source / MIGRATIONS)
    try:
        applied = _applied_migrations(database_url)
    except psycopg.Error as error:
        raise LocalCloudError(
            f"the database's migrations can't be read ({error})", "see `make status`"
        ) from error
    missing = expected - applied
    if expected and not applied:
        raise LocalCloudError(
            "the stack is deployed, but the database is empty: its data is lost, or no migration "
            "ran",
            "if it had data, `make down` and `make restore` (see docs/recovery.md); if not, the "
            "emulator must invoke the custom resource Custom::DatabaseMigration",
        )
    if missing:
        names = ", ".join(f"{number:04d}" for number in sorted(missing))
        raise LocalCloudError(
            f"the stack is deployed, but these migrations are missing in the database: {names}",
            "the emulator must invoke the custom resource Custom::DatabaseMigration; "
            "after that is mended, `make down` and `make up`",
        )


def expected_migrations(folder: Path) -> set[int]:
    """Return the numbers of the migrations in `folder`, from names like 0001_first.sql."""
    return {int(file.name.partition("_")[0]) for file in folder.glob("[0-9]*_*.sql")}


def _applied_migrations(url: str) -> set[int]:
    with psycopg.connect(url, connect_timeout=CONNECT_LIMIT_S) as connection:
        try:
            rows = connection.execute("select number from ledger.schema_migrations").fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            return set()
    return {int(number) for (number,) in rows}
