"""Rebuilds the ledger from the log alone.

The same records through the same writer give the same ledger, hashes included, because the apply
path reads no clock and creates no random ids.  Partitions are replayed side by side, oldest record
first.  If requests in two partitions used the same idempotency key, the log has a verdict about the
one that lost, and all verdicts are read first.  Where the log's partition count grew, each
partition waits at its marker until all have reached theirs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol

from handlers.applying.events import Outgoing
from handlers.applying.publisher import Failure
from handlers.applying.writer import Applied, Writer
from handlers.domain import commands as c
from handlers.domain.growth import Growth
from handlers.domain.state import Record, Verdicts

BATCH_SIZE: Final = 500
#: How many records of each partition are in memory at most.
READ_SIZE: Final = 2000
#: The start of verdicts, which are commands that the ledger sends to itself.
_VERDICT: Final = b'{"kind":"idempotency_verdict"'
_OWN: Final = (b'{"kind":"credit_leg"', b'{"kind":"settlement"')
#: The start of a growth's markers.
_GROWTH: Final = b'{"kind":"log_growth"'


class History(Protocol):
    """The log, readable from its beginning."""

    def partitions(self) -> int:
        """Return how many partitions the topic has."""

    def read(
        self, partition: int, start: int, limit: int
    ) -> Sequence[tuple[int, int, int, bytes | None, bytes | None]]:
        """Return records as (partition, offset, timestamp, key, value); fewer mean the end."""


class Unsent:
    """Stands in for the publisher, because what the ledger sent to itself is already in the log.

    Messages that a crash kept from the log stay in `missing`.
    """

    def __init__(self, commands_topic: str) -> None:
        self._topic = commands_topic
        self._awaited: dict[tuple[int, bytes], Outgoing] = {}
        self._early: set[tuple[int, bytes]] = set()

    def publish(self, outgoing: Sequence[Outgoing]) -> Sequence[Failure]:
        """Publish nothing, but expect each command to appear in the log."""
        for message in outgoing:
            if message.topic == self._topic:
                place = (message.partition, bytes(message.value))
                if place in self._early:
                    self._early.discard(place)
                else:
                    self._awaited[place] = message
        return ()

    def see(self, records: Iterable[Record]) -> None:
        """Note the records that are in the log."""
        for record in records:
            if record.value is not None and record.value.startswith(_OWN):
                place = (record.partition, record.value)
                if self._awaited.pop(place, None) is None:
                    self._early.add(place)

    @property
    def missing(self) -> list[Outgoing]:
        """The messages that never appeared in the log, oldest first."""
        return list(self._awaited.values())


class _Replay:
    """One partition's records, read in chunks up to an end."""

    def __init__(self, history: History, partition: int, end: int | None) -> None:
        self._history = history
        self._partition = partition
        self._end = end
        self._next = 0
        self._is_over = end == 0
        #: The growth whose marker was returned last.
        self.growth: Growth | None = None
        self.records: deque[Record] = deque()

    def fill(self) -> None:
        """Read the next chunk if no records are left in memory."""
        if self.records or self._is_over:
            return
        limit = READ_SIZE if self._end is None else min(READ_SIZE, self._end - self._next)
        read = self._history.read(self._partition, self._next, limit)
        self.records.extend(Record(*record) for record in read)
        if read:
            self._next = self.records[-1].offset + 1
        self._is_over = len(read) < limit or self._next == self._end

    def take(self) -> list[Record]:
        """Return the next batch, which ends at a growth's marker."""
        batch: list[Record] = []
        while self.records and len(batch) < BATCH_SIZE:
            batch.append(self.records.popleft())
            self.growth = _growth_of(batch[-1].value)
            if self.growth is not None:
                break
        return batch

    def is_at(self, partitions: int | None) -> bool:
        """Tell whether the last record was the marker of the growth to ``partitions``."""
        return self.growth is not None and self.growth.partitions == partitions


def _growth_of(value: bytes | None) -> Growth | None:
    if value is None or not value.startswith(_GROWTH):
        return None
    try:
        command = c.decode(value)
    except c.UndecodableError:
        return None
    if not isinstance(command, c.LogGrowth):
        return None
    return Growth(
        command.partitions_before,
        command.partitions,
        "marking",
        command.clock_us,
        command.has_parked,
    )


def verdicts_of(values: Iterable[bytes | None]) -> Verdicts:
    """Collect the idempotency verdicts among the values of records, in any order."""
    found: dict[tuple[int, int], c.IdempotencyVerdict] = {}
    for value in values:
        if value is None or not value.startswith(_VERDICT):
            continue
        try:
            verdict = c.decode(value)
        except c.UndecodableError:
            continue
        if isinstance(verdict, c.IdempotencyVerdict):
            found[verdict.partition, verdict.offset] = verdict
    return found


def values_of(history: History) -> Iterator[bytes | None]:
    """Read the values of all records in the log."""
    for partition in range(history.partitions()):
        start, is_over = 0, False
        while not is_over:
            read = history.read(partition, start, READ_SIZE)
            yield from (value for *_, value in read)
            is_over = len(read) < READ_SIZE
            start = read[-1][1] + 1 if read else start


def counts_of(history: History, partitions: int) -> list[int]:
    """Return the log's partition counts, in order.

    A partition that a growth added starts with that growth's marker, or has it after a few records
    that were sent before the partition was in use.

    Parameters
    ----------
    partitions
        A known count, usually the last one.
    """
    counts, present = [partitions], history.partitions()

    def first_of(partition: int) -> Growth | None:
        read = history.read(partition, 0, READ_SIZE) if partition < present else ()
        return next(filter(None, (_growth_of(value) for *_, value in read)), None)

    while (growth := first_of(counts[-1])) is not None and growth.partitions_before == counts[-1]:
        counts.append(growth.partitions)
    while (growth := first_of(counts[0] - 1)) is not None and growth.partitions == counts[0]:
        counts.insert(0, growth.partitions_before)
    return counts


def rebuild(
    history: History,
    writer: Writer,
    unsent: Unsent,
    counts: Sequence[int],
    ends: Sequence[int | None],
    on_progress: Callable[[int], None],
    on_growth: Callable[[Growth], None],
) -> Applied:
    """Apply the log from its beginning.

    Parameters
    ----------
    writer
        The writer of an empty database, publishing to ``unsent``.
    counts
        The log's partition counts, see `counts_of`.
    ends
        The offset of each partition to stop before; None for the end of the log.
    on_progress
        Called after each batch with the number of records so far.
    on_growth
        Called when every partition has reached a growth's marker; completes that growth.

    Returns
    -------
    Applied
        The counts of the records; a gap means that some are missing.

    Raises
    ------
    Unavailable
        If the log or the database can't be reached.
    """
    replays = [_Replay(history, partition, end) for partition, end in enumerate(ends)]
    total, done = Applied(), 0
    # The count that ends each stretch of the log, or None for the last stretch.
    for following in [*counts[1:], None]:
        used = replays if following is None else replays[:following]
        while True:
            for replay in used:
                replay.fill()
            waiting = [replay for replay in used if replay.records and not replay.is_at(following)]
            if not waiting:
                break
            batch = min(waiting, key=lambda replay: replay.records[0].timestamp_ms).take()
            unsent.see(batch)
            total += writer.apply(batch)
            done += len(batch)
            on_progress(done)
        growth = used[0].growth
        if (
            following is None
            or growth is None
            or not all(replay.is_at(following) for replay in used)
        ):
            return total  # the requested ends are before or within the growth
        on_growth(growth)
    return total
