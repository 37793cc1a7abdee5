"""Running the audit: every check over one read-only snapshot."""

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

#: About how many entries or legs one slice has; some 20 MB of the server's memory.
SLICE_SIZE: Final = 100_000
#: How many findings of each check are kept; the rest are only counted.
MAX_FINDINGS: Final = 20
#: How many rows of a judged check are fetched at once: some are up to a megabyte.
FETCH_SIZE: Final = 64

#: The words that rows may have.
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


class Result(NamedTuple):
    """What one check found: its first findings, and how many there are in all."""

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
    """Run the checks one after the other in the connection's transaction.

    They see what that sees, so it should be a snapshot.  The arguments are those of `audit`.
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
    """Have the server judge; return its first findings and how many there are in all."""
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
    """Cut the ids of a check; together the slices cover every id there can be.

    So that what refers to a row that does not exist falls into one of them too.
    """
    low = _LOWEST
    if check.slices:
        rows = connection.execute(sql(f"auditing/{check.slices}"), {"size": size}).fetchall()
        for (high,) in rows[:-1]:
            yield Slice(low, high)
            low = high
    yield Slice(low, _HIGHEST)
