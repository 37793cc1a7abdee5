"""Applying a partition's batch: lock, load, decide, write, commit; then publish and refresh."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Protocol

import psycopg

from handlers.applying.arrays import UnstorableError
from handlers.applying.events import Outgoing, encode_outbox, outgoing_of
from handlers.applying.loader import (
    Connection,
    Loaded,
    OtherCountError,
    Progress,
    load,
    state_count,
)
from handlers.applying.outbox import Backlog, Publisher, Row, publish
from handlers.applying.store import write
from handlers.domain import commands as c
from handlers.domain.ledger import Decoded, PoisonError, apply_batch, decoded
from handlers.domain.state import PartitionState, Record, Verdicts
from handlers.platform import postgres
from handlers.platform.errors import Unavailable
from handlers.platform.postgres import Database

logger = logging.getLogger(__name__)


class OffsetGapError(Exception):
    """A batch does not follow on: offsets from ``start`` up to ``end`` were not delivered."""

    def __init__(self, partition: int, start: int, end: int) -> None:
        super().__init__(f"partition {partition}: offsets {start} to {end - 1} were not delivered")
        self.partition = partition
        self.start = start
        self.end = end


class LostRaceError(Exception):
    """Another partition took the same transaction id meanwhile; apply the batch anew."""


class NotNewError(Exception):
    """A batch that was taken to be new has to be applied with a look at what is there."""


#: What fails for good: a violated constraint, a value that no column can hold, or a record whose
#: parking fails as well.
REFUSALS: Final = (*postgres.REFUSALS, UnstorableError, PoisonError)
#: How often a batch is applied anew because another partition took an id that it wanted.
MAX_LOST_RACES: Final = 10
#: How many batches of a partition are not taken to be new after one had commands of before in it.
WARY_BATCHES: Final = 32
#: How many undelivered records are read at once, and how often before the batch has to come again.
RECOVERY_SIZE: Final = 500
MAX_RECOVERIES: Final = 100

Batch = Sequence[tuple[Record, Decoded]]
Poison = dict[tuple[int, str], str]


class BalanceCache(Protocol):
    """Keeps accounts for readers; never needed for a right answer."""

    def before_commit(self, state: PartitionState, marker: str) -> None:
        """Keep readers from serving what is about to change."""

    def after_commit(self, state: PartitionState, marker: str) -> None:
        """Let readers have what was committed."""


class Log(Protocol):
    """What the writer must know of the topic itself."""

    def incarnation(self, topic: str, *, refresh: bool) -> str:
        """Return the topic's own id, which differs when it was deleted and made again."""

    def records(self, topic: str, partition: int, start: int, end: int) -> Sequence[Record]:
        """Return what the log has of the offsets from ``start`` up to, not including, ``end``."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a batch, for the metrics and the log line.

    Attributes
    ----------
    gap
        How many offsets are missing, in the log itself too; anything but 0 is an alarm.
    recovered
        How many records the writer read itself, because they were not delivered to it.
    """

    completed: int = 0
    rejected: int = 0
    pending: int = 0
    duplicates: int = 0
    conflicts: int = 0
    parked: int = 0
    gap: int = 0
    recovered: int = 0

    def __add__(self, other: Applied) -> Applied:
        """Sum two batches' counts."""
        return Applied(
            self.completed + other.completed,
            self.rejected + other.rejected,
            self.pending + other.pending,
            self.duplicates + other.duplicates,
            self.conflicts + other.conflicts,
            self.parked + other.parked,
            self.gap + other.gap,
            self.recovered + other.recovered,
        )


class Writer:
    """The writer of a topic's partitions.

    Parameters
    ----------
    partitions
        The topic's partition count, for as long as no partition says otherwise: it may have grown.
    verdicts
        For a rebuild, see `handlers.domain.state.PartitionState`.
    """

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        cache: BalanceCache,
        log: Log,
        *,
        commands_topic: str,
        events_topic: str,
        partitions: int,
        verdicts: Verdicts | None = None,
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._cache = cache
        self._log = log
        self._commands_topic = commands_topic
        self._events_topic = events_topic
        self._partitions = partitions
        self._verdicts = verdicts
        # Where a batch may begin though it does not follow on: the log has nothing before it.
        self._confirmed_gaps: set[tuple[int, int]] = set()
        # By partition: the offset at which a batch is taken to be new, and for how many batches
        # none is.
        self._expected: dict[int, int] = {}
        self._wary: dict[int, int] = {}

    def apply(self, records: Sequence[Record]) -> Applied:
        """Apply records of one partition, in order, in one database transaction.

        Parameters
        ----------
        records
            Records in the order of their offsets, all of one partition, at least one.

        Raises
        ------
        Unavailable
            If a service can't be reached; then nothing, or all, of the batch was applied, and it
            can safely be delivered again.
        """
        applied = Applied()
        for run in contiguous(records):
            applied += self._apply_run(run)
        return applied

    def _apply_run(self, run: Sequence[Record]) -> Applied:
        """Apply records without a hole between them, after any that were not delivered before them.

        Whoever delivers skips nothing, says the contract; a broker or poller that does all the same
        must not cost a client its command.
        """
        batch = [(record, decoded(record)) for record in run]
        try:
            return self._apply_parts(batch)
        except OffsetGapError as gap:
            try:
                return self._recover(gap) + self._apply_parts(batch)
            finally:
                # What the log had is true of this moment only, also when it ends in a failure.
                self._confirmed_gaps.clear()

    def _recover(self, gap: OffsetGapError) -> Applied:
        """Read what was not delivered from the log itself, and apply it."""
        recovered, start = Applied(), gap.start
        for _ in range(MAX_RECOVERIES):
            end = min(gap.end, start + RECOVERY_SIZE)
            records = self._log.records(self._commands_topic, gap.partition, start, end)
            for run in contiguous(records):
                self._confirmed_gaps.add((gap.partition, run[0].offset))
                applied = self._apply_parts([(record, decoded(record)) for record in run])
                recovered += replace(applied, recovered=len(run))
            start = end
            if start == gap.end:
                self._confirmed_gaps.add((gap.partition, gap.end))
                logger.error("%s; %s of them were in the log", gap, recovered.recovered)
                return recovered
        raise Unavailable("more offsets are missing than can be recovered at once")

    def _apply_parts(self, batch: Batch) -> Applied:
        """Apply a batch; one ends with a growth's marker, as behind it the partitions are
        others."""
        applied, start = Applied(), 0
        for end, (_, command) in enumerate(batch, 1):
            if end == len(batch) or type(command) is c.LogGrowth:
                applied += self._apply_isolating(batch[start:end])
                start = end
        return applied

    def _apply_isolating(self, batch: Batch) -> Applied:
        """Apply a batch; if the database refuses it for good, find which record it is and park it.

        Few of the domain's own failures come this far; what does is mostly a state that a
        constraint forbids, so each record goes through a transaction of its own, and the one that
        fails alone is the poison.
        """
        try:
            return self._apply_batch(batch, {})
        except REFUSALS as error:
            logger.exception("a batch can't be applied; its records are applied one by one")
            if len(batch) == 1:
                return self._park_refused(batch, error)
        applied = Applied()
        for one in batch:
            applied += self._apply_isolating([one])
        return applied

    def _park_refused(self, batch: Batch, error: Exception) -> Applied:
        """Park a record that the database refuses, by the first way that the database takes.

        A resolution is first tried for the head of its queue alone, because what was refused may be
        a record behind it; then the head is at fault.  What can't even be parked as the command
        that it is, is parked as the bytes that it is, which no content can make fail.
        """
        ((record, command),) = batch
        message = error.diag.message_primary if isinstance(error, psycopg.Error) else None
        reason = f"{type(error).__name__}: {message or error}"
        poison: Poison = {(record.offset, ""): reason}
        tries: list[tuple[Batch, Poison]] = [(batch, poison)]
        if isinstance(command, c.ParkedResolution):
            tries.append((batch, {**poison, (record.offset, command.parked_id): reason}))
        for attempt, its_poison in tries:
            try:
                return self._apply_batch(attempt, its_poison)
            except REFUSALS:
                logger.exception("a record can't be parked as the command that it is")
        return self._apply_batch([(record, c.UndecodableError(reason))], {})

    def _apply_batch(self, batch: Batch, poison: Poison) -> Applied:
        """Apply a batch, as often anew as what is learned of it makes necessary.

        A batch that follows on what this writer applied last is taken to be new: its commands' ids
        are not looked for first, the primary key finds those that were applied before.
        """
        partition, following = batch[0][0].partition, batch[-1][0].offset + 1
        # Whatever fails leaves the next batch without this trust.
        is_new = self._expected.pop(partition, None) == batch[0][0].offset
        lost_races = 0
        # Each pass either ends, adds a place to the poison (there are only so many), or lost a
        # race for an id against another partition, which is then found taken.
        while True:
            try:
                applied = self._attempt(batch, poison, is_new=is_new)
                self._trust(partition, following, applied)
                return applied
            except NotNewError:
                is_new = False
                self._wary[partition] = WARY_BATCHES
            except LostRaceError as error:
                lost_races += 1
                if lost_races > MAX_LOST_RACES:
                    raise Unavailable("transaction ids are contended") from error
            except PoisonError as error:
                if error.place in poison:
                    raise
                logger.exception("a command can't be applied and is parked")
                poison[error.place] = str(error)
            except OtherCountError as error:
                # It only grows, so this ends.
                self._partitions = error.partitions

    def _trust(self, partition: int, following: int, applied: Applied) -> None:
        """Take the next batch to be new, unless commands have come twice lately."""
        if applied.duplicates or applied.conflicts:
            self._wary[partition] = WARY_BATCHES
        wary = self._wary.get(partition, 0)
        if wary:
            self._wary[partition] = wary - 1
        else:
            self._expected[partition] = following

    def _attempt(self, batch: Batch, poison: Poison, *, is_new: bool) -> Applied:
        """Apply a batch once.

        Raises
        ------
        NotNewError
            If it was taken to be new, and isn't, or it can't be told: a repetition has an effect
            that it must not have, or would be parked.
        """
        try:
            return self._apply_once(batch, poison, is_new=is_new)
        except (LostRaceError, PoisonError) as error:
            if is_new:
                raise NotNewError from error
            raise

    def _apply_once(self, batch: Batch, poison: Poison, *, is_new: bool) -> Applied:
        partition = batch[0][0].partition
        marker = f"!{partition}-{batch[-1][0].offset}"
        with self._database.connection() as connection:
            with _one_transaction(connection):
                loaded = load(
                    connection,
                    self._commands_topic,
                    partition,
                    self._partitions,
                    batch,
                    is_new=is_new,
                    verdicts=self._verdicts,
                )
                state = loaded.state
                _check_growth(state, batch)
                apply_batch(state, batch, poison)
                if is_new and (state.parked or state.park_log):
                    raise NotNewError
                state_count(connection, self._commands_topic, loaded)
                progress, gap = self._advance(loaded, batch)
                outgoing = outgoing_of(state, self._commands_topic, self._events_topic)
                messages = encode_outbox(outgoing) if outgoing else None
                written = write(connection, self._commands_topic, state, progress, messages)
                self._cache.before_commit(state, marker)
            row = written.fetchone()
            self._publish(connection, loaded, row[0] if row else None, outgoing)
        self._cache.after_commit(state, marker)
        return _summary(state, gap)

    def _advance(self, loaded: Loaded, batch: Batch) -> tuple[Progress, int]:
        """Work out the progress after the batch, and how many offsets are missing before it."""
        state, before = loaded.state, loaded.progress
        first, last = batch[0][0].offset, batch[-1][0].offset
        # Where the batch follows on, the topic is the one we know; else it may have been made anew.
        incarnation = self._log.incarnation(
            self._commands_topic, refresh=first != before.next_offset
        )
        is_same = incarnation == before.incarnation
        next_offset = max(before.next_offset, last + 1) if is_same else last + 1
        expected = before.next_offset if is_same else 0
        gap = max(0, first - expected)
        if gap and (state.partition, first) not in self._confirmed_gaps:
            raise OffsetGapError(state.partition, expected, first)
        progress = Progress(incarnation, next_offset, state.clock_us, state.has_parked)
        return progress, gap

    def _publish(
        self,
        connection: Connection,
        loaded: Loaded,
        outbox_id: int | None,
        outgoing: list[Outgoing],
    ) -> None:
        """Publish what earlier batches left and what this one adds, oldest first.

        The batch is committed: a failure here, whatever it is, is no failure of the batch.  Its
        outbox row stays for the partition's next batch, or for the sweeper.
        """
        rows, waits = loaded.backlog
        if outbox_id is not None:
            rows = [*rows, Row(outbox_id, loaded.state.partition, None, outgoing)]
        if not rows and not waits:
            return
        try:
            publish(connection, self._publisher, Backlog(rows, waits))
        except (Unavailable, psycopg.OperationalError) as error:
            logger.warning("the outbox is left for the sweeper: %s", error)
        except Exception:
            logger.exception("the outbox is left for the sweeper")


def _check_growth(state: PartitionState, batch: Batch) -> None:
    """See that nothing behind a growth's marker is applied before the growth is completed.

    Raises
    ------
    Unavailable
        If the partition waits at its marker; the batch has to come again.
    """
    if state.growing_to is not None and not all(
        type(command) is c.LogGrowth for _, command in batch
    ):
        raise Unavailable(
            f"the log is being grown to {state.growing_to} partitions and that is not completed"
        )


def contiguous(records: Sequence[Record]) -> list[Sequence[Record]]:
    """Cut records, in the order of their offsets, where an offset is missing between them."""
    cuts = [i for i in range(1, len(records)) if records[i].offset != records[i - 1].offset + 1]
    return [records[i:j] for i, j in pairwise([0, *cuts, len(records)])] if records else []


@contextmanager
def _one_transaction(connection: Connection) -> Iterator[None]:
    """Run a transaction in pipeline mode: BEGIN travels with the first statements, COMMIT the last.

    Raises
    ------
    LostRaceError
        If another partition took one of the batch's transaction ids meanwhile.
    """
    try:
        with connection.pipeline():
            connection.execute("begin")
            yield
            connection.execute("commit")
    except BaseException as error:
        with suppress(psycopg.Error):
            connection.rollback()
        if isinstance(error, psycopg.errors.UniqueViolation) and _is_lost_race(error):
            raise LostRaceError from error
        raise


def _is_lost_race(error: psycopg.Error) -> bool:
    return error.diag.constraint_name == "transactions_pkey"


def _summary(state: PartitionState, gap: int) -> Applied:
    statuses = [leg.status for leg in state.results]
    return Applied(
        completed=statuses.count("completed"),
        rejected=statuses.count("rejected"),
        pending=statuses.count("pending"),
        duplicates=state.duplicates,
        conflicts=len(state.conflicts),
        parked=len(state.park_log),
        gap=gap,
    )
