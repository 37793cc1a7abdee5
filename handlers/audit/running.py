"""Running the audit: every check over one read-only snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UndefinedTable

from handlers.adapters.postgres import Database, sql
from handlers.audit.checks import CHECKS, Check
from handlers.audit.report import Finding, Report
from handlers.errors import LedgerlaneError

#: About how many entries or legs one slice has; some 20 MB of the server's memory.
SLICE_SIZE: Final = 100_000
#: How many findings of each check are kept; the rest are only counted.
MAX_FINDINGS: Final = 20

_LOWEST: Final = UUID(int=0)
_HIGHEST: Final = UUID(int=2**128 - 1)


class NoLedger(LedgerlaneError):
    """The database has no ledger in it."""


class Progress(NamedTuple):
    """How far an audit is: ``done`` of ``total`` steps of one check."""

    check: Check
    done: int
    total: int


class Slice(NamedTuple):
    """A range of ids, ``low`` excluded and ``high`` included."""

    low: UUID
    high: UUID


def _ignore(_: Progress) -> None:
    """Show nothing."""


def audit(
    database: Database,
    on_progress: Callable[[Progress], None] = _ignore,
    slice_size: int = SLICE_SIZE,
) -> Report:
    """Check everything that must hold of the ledger, in one snapshot of it.

    The ledger may be in full use meanwhile: nothing is locked, and what commits after the start is
    not seen.

    Parameters
    ----------
    on_progress
        Called before each check, after each of its slices, and at its end.
    slice_size
        About how many rows one slice has.

    Raises
    ------
    NoLedger
        If the database was never migrated.
    Unavailable
        If it can't be reached, or does not answer in time.
    """
    try:
        return _audit(database, on_progress, slice_size)
    except UndefinedTable as error:
        raise NoLedger from error


def _audit(database: Database, on_progress: Callable[[Progress], None], slice_size: int) -> Report:
    findings: list[Finding] = []
    wrong: dict[str, int] = {}
    with database.connection() as connection, connection.transaction():
        connection.execute(sql("audit/snapshot"))
        ((accounts, postings, transactions),) = connection.execute(sql("audit/totals")).fetchall()
        in_transit = dict(connection.execute(sql("audit/in_transit_totals")).fetchall())
        for check in CHECKS:
            found, count = _run(connection, check, on_progress, slice_size)
            findings += found
            if count:
                wrong[check.name] = count
    return Report(accounts, postings, transactions, in_transit, tuple(findings), wrong)


def _run(
    connection: Connection[Any],
    check: Check,
    on_progress: Callable[[Progress], None],
    slice_size: int,
) -> tuple[list[Finding], int]:
    """Run one check; return its first findings and how many there are in all."""
    slices = list(_slices(connection, check, slice_size))
    findings: list[Finding] = []
    count = 0
    for number, (low, high) in enumerate(slices):
        on_progress(Progress(check, number, len(slices)))
        rows = connection.execute(
            sql(f"audit/{check.name}"),
            {"low": low, "high": high, "limit": MAX_FINDINGS},
        ).fetchall()
        room = MAX_FINDINGS - len(findings)
        findings += [Finding(check.name, account_id, detail) for account_id, detail, _ in rows][
            :room
        ]
        count += rows[0][2] if rows else 0
    on_progress(Progress(check, len(slices), len(slices)))
    return findings, count


def _slices(connection: Connection[Any], check: Check, size: int) -> Iterator[Slice]:
    """Cut the ids of a check; together the slices cover every id there can be.

    So that what refers to a row that does not exist falls into one of them too.
    """
    low = _LOWEST
    if check.slices:
        rows = connection.execute(sql(f"audit/{check.slices}"), {"size": size}).fetchall()
        for (high,) in rows[:-1]:
            yield Slice(low, high)
            low = high
    yield Slice(low, _HIGHEST)
