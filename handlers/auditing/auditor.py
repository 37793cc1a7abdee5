"""Runs the audit: every check over one read-only snapshot of each shard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UndefinedTable

from handlers.auditing import across
from handlers.auditing.checks import CHECKS, Check, Judge
from handlers.auditing.report import Finding, Report
from handlers.auditing.snapshots import Snapshot, Snapshots, taken
from handlers.domain import kinds, reasons
from handlers.platform.errors import LedgerlaneError
from handlers.platform.postgres import sql
from handlers.sharding.shards import Shards

#: Approximate number of entries or legs per slice; about 20 MB of the server's memory.
SLICE_SIZE: Final = 100_000
#: Slices are smaller by this if other shards' rows come to each of them.
FOREIGN_SHARE: Final = 5
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
    shards: Shards,
    on_progress: Callable[[Progress], None] = _ignore,
    slice_size: int = SLICE_SIZE,
) -> Report:
    """Run every check on the ledger, in one snapshot of each shard.

    The ledger may be in full use: nothing is locked. Commits after the start are not seen, except
    where a shard's snapshot is older than what another one follows from.

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
    PartitionsMoving
        If partitions are being moved between shards.
    Unavailable
        If a database can't be reached or does not respond in time.
    """
    try:
        with taken(shards) as snapshots:
            return _audit(snapshots, on_progress, slice_size)
    except UndefinedTable as error:
        raise NoLedger from error


def _audit(
    snapshots: Snapshots, on_progress: Callable[[Progress], None], slice_size: int
) -> Report:
    accounts, postings, transactions = _sums(snapshots, "auditing/totals")
    waiting, waiting_accounts = _sums(snapshots, "auditing/waiting")
    in_transit, between_shards = across.balances_of(snapshots), Counter[str]()
    if not snapshots.is_one:
        in_transit, between_shards, _ = across.transit_of(snapshots)
    results = list(checked(snapshots, on_progress, slice_size))
    return Report(
        accounts,
        postings,
        transactions,
        dict(sorted(in_transit.items())),
        waiting,
        waiting_accounts,
        tuple(finding for result in results for finding in result.findings),
        {result.check.name: result.total for result in results if result.total},
        len(snapshots.each),
        dict(sorted(between_shards.items())),
    )


def _sums(snapshots: Snapshots, query: str) -> list[int]:
    """Add one row of figures over all shards."""
    rows = [one.connection.execute(sql(query)).fetchone() or () for one in snapshots.each]
    return [sum(column) for column in zip(*rows, strict=True)]


def checked(
    snapshots: Snapshots,
    on_progress: Callable[[Progress], None] = _ignore,
    slice_size: int = SLICE_SIZE,
) -> Iterator[Result]:
    """Run the checks in turn.

    The arguments are those of `audit`.
    """
    for check in CHECKS:
        if check.is_of_shards and snapshots.is_one:
            continue
        if check.across is not None and not snapshots.is_one:
            on_progress(Progress(check, 0, 1))
            yield _result(check, check.across(snapshots))
            on_progress(Progress(check, 1, 1))
        else:
            yield _checked(snapshots, check, on_progress, slice_size)


def _checked(
    snapshots: Snapshots, check: Check, on_progress: Callable[[Progress], None], size: int
) -> Result:
    """Run a check's query slice by slice, on one shard after the other."""
    findings: list[Finding] = []
    total = 0
    if check.elsewhere and not snapshots.is_one:
        size = max(1, size // FOREIGN_SHARE)
    pieces = [
        (snapshot, piece)
        for snapshot in snapshots.each
        for piece in _slices(snapshot.connection, check, size)
    ]
    for number, (snapshot, piece) in enumerate(pieces):
        on_progress(Progress(check, number, len(pieces)))
        if check.judge is None:
            found, found_here = _ask(snapshots, snapshot, check, piece)
        else:
            found, found_here = _judge(snapshot.connection, check, check.judge)
        findings += found[: MAX_FINDINGS - len(findings)]
        total += found_here
    on_progress(Progress(check, len(pieces), len(pieces)))
    return Result(check, findings, total)


def _ask(
    snapshots: Snapshots, here: Snapshot, check: Check, piece: Slice
) -> tuple[list[Finding], int]:
    """Run a check in the server; return its first findings and how many there are in all."""
    elsewhere: list[str] = []
    twice: list[tuple[str | None, str]] = []
    if not snapshots.is_one:
        match check.elsewhere:
            case "legs":
                elsewhere, twice = across.legs_elsewhere(snapshots, here, *piece)
            case "winners":
                elsewhere = across.winners_elsewhere(snapshots, here)
    parameters = {**piece._asdict(), **_WORDS, "limit": MAX_FINDINGS}
    parameters["elsewhere"] = f"[{','.join(elsewhere)}]"
    rows = here.connection.execute(sql(f"auditing/{check.name}"), parameters).fetchall()
    findings = [Finding(check.name, account_id, detail) for account_id, detail, _ in rows]
    findings += [Finding(check.name, *one) for one in twice]
    return findings, (rows[0][2] if rows else 0) + len(twice)


def _judge(connection: Connection[Any], check: Check, judge: Judge) -> tuple[list[Finding], int]:
    """Stream a check's rows to its judge; return its first findings and how many there are."""
    with connection.cursor(f"audit_{check.name}") as cursor:
        cursor.itersize = FETCH_SIZE
        cursor.execute(sql(f"auditing/{check.name}"))
        result = _result(check, judge(connection, iter(cursor)))
    return list(result.findings), result.total


def _result(check: Check, found: Iterator[tuple[str | None, str]]) -> Result:
    findings = [Finding(check.name, *one) for one in islice(found, MAX_FINDINGS)]
    return Result(check, findings, len(findings) + sum(1 for _ in found))


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
