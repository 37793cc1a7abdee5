"""Runs the audit: every check over one read-only snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UndefinedTable

from handlers.auditing.checks import CHECKS, Check
from handlers.auditing.report import Finding, Report
from handlers.domain import kinds, reasons
from handlers.platform.errors import LedgerlaneError
from handlers.platform.postgres import Database, sql

#: Approximate number of entries or legs per slice; about 20 MB of the server's memory.
SLICE_SIZE: Final = 100_000
#: Findings kept for each check; the rest are only counted.
MAX_FINDINGS: Final = 20
#: Rows fetched at once for a judged check: a row can be up to a megabyte.
FETCH_SIZE: Final = 64

#: The values that rows may have in columns of text.
_WORDS: Final = {
    "kinds": list(kinds.KINDS),
    "cash_in": list(kinds.CASH_IN),
    "stating_amount": list(kinds.STATING_AMOUNT),
    "moving_money": list(kinds.MOVING_MONEY),
    "of_holds": list(kinds.OF_HOLDS),
    "travelling": list(kinds.TRAVELLING),
    "reasons": sorted(reasons.ALL),
}
_LOWEST: Final = UUID(int=0)
_HIGHEST: Final = UUID(int=2**128 - 1)


class NoLedger(LedgerlaneError):
    """The database does not contain a ledger."""


class Progress(NamedTuple):
    """An audit's progress: ``done`` of ``total`` steps of one check."""

    check: Check
    done: int
    total: int


class Slice(NamedTuple):
    """A range of ids, from ``low`` (exclusive) to ``high`` (inclusive)."""

    low: UUID
    high: UUID


class Result(NamedTuple):
    """A check's first findings, and how many there are in all."""

    check: Check
    findings: Sequence[Finding]
    total: int


def _ignore(_: Progress) -> None:
    """Show nothing."""


def audit(
    database: Database,
    on_progress: Callable[[Progress], None] = _ignore,
    slice_size: int = SLICE_SIZE,
) -> Report:
    """Run every check on the ledger, in one snapshot.

    The ledger may be in full use: nothing is locked, and commits after the start are not seen.

    Parameters
    ----------
    on_progress
        Called before each check, after each of its slices, and at its end.
    slice_size
        The approximate number of rows per slice.

    Raises
    ------
    NoLedger
        If the database was never migrated.
    Unavailable
        If it can't be reached or does not respond in time.
    """
    try:
        return _audit(database, on_progress, slice_size)
    except UndefinedTable as error:
        raise NoLedger from error


def _audit(database: Database, on_progress: Callable[[Progress], None], slice_size: int) -> Report:
    with database.connection() as connection, connection.transaction():
        connection.execute(sql("auditing/snapshot"))
        ((accounts, postings, transactions),) = connection.execute(
            sql("auditing/totals")
        ).fetchall()
        in_transit = dict(connection.execute(sql("auditing/in_transit_totals")).fetchall())
        ((waiting, waiting_accounts),) = connection.execute(sql("auditing/waiting")).fetchall()
        results = list(checked(connection, on_progress, slice_size))
    return Report(
        accounts,
        postings,
        transactions,
        in_transit,
        waiting,
        waiting_accounts,
        tuple(finding for result in results for finding in result.findings),
        {result.check.name: result.total for result in results if result.total},
    )


def checked(
    connection: Connection[Any],
    on_progress: Callable[[Progress], None] = _ignore,
    slice_size: int = SLICE_SIZE,
) -> Iterator[Result]:
    """Run the checks in turn in the connection's transaction, which should be a snapshot.

    The arguments are those of `audit`.
    """
    for check in CHECKS:
        findings: list[Finding] = []
        total = 0
        slices = list(_slices(connection, check, slice_size))
        for number, piece in enumerate(slices):
            on_progress(Progress(check, number, len(slices)))
            found, found_here = (_ask if check.judge is None else _judge)(connection, check, piece)
            findings += found[: MAX_FINDINGS - len(findings)]
            total += found_here
        on_progress(Progress(check, len(slices), len(slices)))
        yield Result(check, findings, total)


def _ask(connection: Connection[Any], check: Check, piece: Slice) -> tuple[Sequence[Finding], int]:
    """Run a check in the server; return its first findings and how many there are in all."""
    parameters = {**piece._asdict(), **_WORDS, "limit": MAX_FINDINGS}
    rows = connection.execute(sql(f"auditing/{check.name}"), parameters).fetchall()
    findings = [Finding(check.name, account_id, detail) for account_id, detail, _ in rows]
    return findings, rows[0][2] if rows else 0


def _judge(
    connection: Connection[Any], check: Check, piece: Slice
) -> tuple[Sequence[Finding], int]:
    """Stream a check's rows to its judge; return its first findings and how many there are."""
    assert check.judge is not None
    with connection.cursor(f"audit_{check.name}") as cursor:
        cursor.itersize = FETCH_SIZE
        cursor.execute(sql(f"auditing/{check.name}"))
        found = check.judge(connection, iter(cursor))
        findings = [Finding(check.name, *one) for one in islice(found, MAX_FINDINGS)]
        return findings, len(findings) + sum(1 for _ in found)


def _slices(connection: Connection[Any], check: Check, size: int) -> Iterator[Slice]:
    """Cut the ids of a check into slices that cover every possible id.

    So a row that refers to a missing row falls into a slice too.
    """
    low = _LOWEST
    if check.slices:
        rows = connection.execute(sql(f"auditing/{check.slices}"), {"size": size}).fetchall()
        for (high,) in rows[:-1]:
            yield Slice(low, high)
            low = high
    yield Slice(low, _HIGHEST)
