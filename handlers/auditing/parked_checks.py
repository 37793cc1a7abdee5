"""The check of parked commands, in Python because SQL can't decode their records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from psycopg import Connection

from handlers.domain import commands as c
from handlers.domain import ids, parking
from handlers.domain.ledger import Decoded, decoded
from handlers.domain.partitions import partition_of
from handlers.domain.row_limits import storable
from handlers.domain.state import Record
from handlers.platform.postgres import sql

#: How many records, each up to a megabyte, are in memory at once.
CHUNK_SIZE: Final = 64

#: Commands that never have a leg of their own.
_WITHOUT_LEG: Final = (c.ParkedResolution, c.Settlement, c.LogGrowth, c.IdempotencyVerdict)


class _Parked(NamedTuple):
    """A row of ``parked.sql``; times in microseconds since the Unix epoch."""

    parked_id: str
    account_id: str | None
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    error: str
    is_behind: bool
    status: str
    parked_at_us: int
    resolved_at_us: int | None
    worked_on: int | None
    is_first: bool
    is_decided: bool
    is_unworked: bool

    @property
    def record(self) -> Record:
        return Record(self.partition, self.offset, self.timestamp_ms, self.key, self.value)


class _Growth(NamedTuple):
    """A completed growth of the log's partition count."""

    partitions_before: int
    partitions: int
    clock_us: int


class _Leg(NamedTuple):
    """The outcome of a parked command."""

    partition: int
    offset: int
    is_discarded: bool


_Legs = Mapping[tuple[str, int], _Leg]


def misparked(
    connection: Connection[Any], rows: Iterator[Sequence[Any]]
) -> Iterator[tuple[str | None, str]]:
    """Find the parked commands that contradict their records or their records' outcomes.

    Parameters
    ----------
    rows
        The rows of ``parked.sql``.

    Yields
    ------
    tuple
        The account's id, if the command has one, and what is wrong.
    """
    growths = [_Growth(*row) for row in connection.execute(sql("auditing/growths")).fetchall()]
    while chunk := [_Parked(*row) for row in islice(rows, CHUNK_SIZE)]:
        commands = [decoded(parked.record) for parked in chunk]
        legs = _legs_of(connection, commands)
        for parked, command in zip(chunk, commands, strict=True):
            problems = [
                *_contradictions(parked, command),
                *_misdirections(parked, growths),
                *_wrong_ends(parked, command, legs),
            ]
            if problems:
                yield parked.account_id, f"{parked.parked_id} {'; '.join(problems)}"


def _legs_of(connection: Connection[Any], commands: Sequence[Decoded]) -> _Legs:
    named = [
        ids.digits(command.transaction_id)
        for command in commands
        if not isinstance(command, c.UndecodableError)
        and ids.is_id(command.transaction_id, ids.TRANSACTION)
    ]
    rows = connection.execute(sql("auditing/parked_legs"), {"transaction_ids": named}).fetchall()
    return {(transaction_id, leg): _Leg(*rest) for transaction_id, leg, *rest in rows}


def _contradictions(parked: _Parked, command: Decoded) -> Iterator[str]:
    """Compare a row with its record."""
    if parked.parked_id != ids.parked_id(parked.partition, parked.offset, parked.timestamp_ms):
        yield "has an id that does not match its position in the log"
    if parked.account_id not in _accounts_of(parked.record, command):
        yield "names a different account than its record"
    if parked.is_behind != (parked.error == parking.WAITS):
        yield "waits behind another command although its error says otherwise, or the reverse"
    if parked.is_behind and parked.is_first:
        yield "waits behind a command that does not exist"
    if parked.is_decided:
        yield "waits but has a decision"
    timestamp_us = parked.timestamp_ms * 1000
    if parked.parked_at_us < timestamp_us <= c.MAX_TIME_US:
        yield "was parked before it was sent"


def _accounts_of(record: Record, command: Decoded) -> set[str | None]:
    """Return the accounts that a record may have been parked with.

    A command that could not be parked under its account was parked under its record's key.
    """
    by_key = parking.account_of_key(record)
    if isinstance(command, c.UndecodableError):
        return {by_key}
    account_id = c.account_of(command)
    accounts = {by_key, account_id if ids.is_id(account_id, ids.ACCOUNT) else None}
    if isinstance(command, c.ParkedResolution) and storable(command) is None:
        accounts.add(None)
    return accounts


def _misdirections(parked: _Parked, growths: Sequence[_Growth]) -> Iterator[str]:
    """Tell whether a queue is on a different partition than its growths moved it to."""
    places: set[tuple[int, int | None]] = {(parked.partition, None)}
    for growth in growths:
        places = {place for before in places for place in _after(parked, before, growth)}
    if parked.worked_on not in {worked_on for _, worked_on in places}:
        yield "waits on a partition to which no growth moved it"
    if parked.is_unworked:
        yield "waits on a partition that never parked any"


def _after(
    parked: _Parked, place: tuple[int, int | None], growth: _Growth
) -> Iterator[tuple[int, int | None]]:
    """Return where a growth may have left a queue: its partition, and the one in its row."""
    account_id, ended_us = parked.account_id, parked.resolved_at_us
    is_own = account_id is not None and place[0] == partition_of(
        account_id, growth.partitions_before
    )
    if account_id is None or not is_own or (ended_us is not None and ended_us < growth.clock_us):
        yield place
        return
    there = partition_of(account_id, growth.partitions)
    yield there, there
    # A record at exactly the marker's time may be on either side of it.
    if parked.parked_at_us >= growth.clock_us or ended_us == growth.clock_us:
        yield place


def _wrong_ends(parked: _Parked, command: Decoded, legs: _Legs) -> Iterator[str]:
    """Compare a row's status with the outcome of its command."""
    if isinstance(command, c.UndecodableError):
        if parked.status == "replayed":
            yield "is replayed but is not a command"
        return
    leg = legs.get((command.transaction_id, 2 if isinstance(command, c.CreditLeg) else 1))
    if leg is None:
        if parked.status == "replayed" and not _is_without_leg(command):
            yield "is replayed but has no transaction"
        elif parked.status == "discarded" and not _is_without_leg(command) and storable(command):
            yield "is discarded but no transaction says so"
    elif (leg.partition, leg.offset) == (parked.partition, parked.offset):
        if parked.status == "parked":
            yield "waits but was applied"
        elif leg.is_discarded != (parked.status == "discarded"):
            yield f"is {parked.status}, but its transaction says otherwise"


def _is_without_leg(command: c.AnyCommand) -> bool:
    is_nudge = isinstance(command, c.HoldExpiry) and command.rules > 1
    return is_nudge or isinstance(command, _WITHOUT_LEG)
