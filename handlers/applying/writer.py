"""Applies a partition's batch: lock, load, decide, write, commit; then publish and refresh."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Protocol

import psycopg

from handlers.applying.arrays import UnstorableError
from handlers.applying.events import Outgoing, encode_outbox, outgoing_of, traced_outgoing
from handlers.applying.loader import (
    Connection,
    Loaded,
    NotHereError,
    OtherCountError,
    Progress,
    load,
    state_count,
)
from handlers.applying.outbox import Backlog, Publisher, Row, publish
from handlers.applying.store import write
from handlers.domain import commands as c
from handlers.domain.ledger import Decoded, PoisonError, apply_batch, decoded
from handlers.domain.state import Leg, PartitionState, Record, Verdicts
from handlers.platform import postgres
from handlers.platform.errors import Unavailable
from handlers.sharding.claims import Claims
from handlers.sharding.shards import Shards

logger = logging.getLogger(__name__)


class OffsetGapError(Exception):
    """A batch leaves a gap: offsets from ``start`` up to ``end`` were not delivered."""

    def __init__(self, partition: int, start: int, end: int) -> None:
        super().__init__(f"partition {partition}: offsets {start} to {end - 1} were not delivered")
        self.partition = partition
        self.start = start
        self.end = end


class LostRaceError(Exception):
    """A transaction id of the batch is taken already; apply the batch again, with it looked up.

    Another partition took it in the meantime, or the batch led to an id that its commands do not
    show.

    Attributes
    ----------
    recorded
        The ids of all transactions that the batch recorded; one of them is the taken one.
    """

    def __init__(self, recorded: Collection[str] = ()) -> None:
        super().__init__("a transaction id is taken")
        self.recorded = recorded


class NotNewError(Exception):
    """A batch assumed to be new is not; apply it again with a lookup of its ids."""


#: Permanent failures: a violated constraint, a value that no column can hold, or a record that
#: can't be parked either.
REFUSALS: Final = (*postgres.REFUSALS, UnstorableError, PoisonError)
#: How often a batch is applied again because another partition took an id that it needed.
MAX_LOST_RACES: Final = 10
#: How many batches of a partition are not assumed to be new after one contained a repetition.
WARY_BATCHES: Final = 32
#: How many undelivered records are read at once, and how often before the batch must come again.
RECOVERY_SIZE: Final = 500
MAX_RECOVERIES: Final = 100

Batch = Sequence[tuple[Record, Decoded]]
Poison = dict[tuple[int, str], str]


class BalanceCache(Protocol):
    """Keeps accounts for readers. It only saves time."""

    def before_commit(self, state: PartitionState, marker: str) -> None:
        """Keep readers from using the cached state that is about to change."""

    def after_commit(self, state: PartitionState, marker: str) -> None:
        """Publish the committed state to readers."""


class Log(Protocol):
    """The facts about the topic that the writer needs."""

    def incarnation(self, topic: str, *, refresh: bool) -> str:
        """Return the topic's id, which changes if it is deleted and recreated."""

    def records(self, topic: str, partition: int, start: int, end: int) -> Sequence[Record]:
        """Return the log's records from offset ``start`` up to but not including ``end``."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome of a batch, for metrics and the log line.

    Attributes
    ----------
    gap
        How many offsets are missing even in the log; anything but 0 raises an alarm.
    recovered
        How many undelivered records the writer read from the log itself.
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
        """Add two batches' counts."""
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
        The topic's partition count, until a partition has recorded another one after a growth.
    verdicts
        For a rebuild; see `handlers.domain.state.PartitionState`.
    is_traced
        Whether records may belong to traces, which what follows from them then carries.
    """

    def __init__(
        self,
        shards: Shards,
        publisher: Publisher,
        cache: BalanceCache,
        log: Log,
        *,
        commands_topic: str,
        events_topic: str,
        partitions: int,
        verdicts: Verdicts | None = None,
        is_traced: bool = False,
    ) -> None:
        self._is_traced = is_traced
        self._shards = shards
        self._claims = Claims(shards)
        self._publisher = publisher
        self._cache = cache
        self._log = log
        self._commands_topic = commands_topic
        self._events_topic = events_topic
        self._partitions = partitions
        self._verdicts = verdicts
        # Where a batch may start after a gap, because the log has nothing before it.
        self._confirmed_gaps: set[tuple[int, int]] = set()
        # By partition: the offset at which the next batch is assumed to be new, and for how many
        # batches none is.
        self._expected: dict[int, int] = {}
        self._wary: dict[int, int] = {}

    def apply(self, records: Sequence[Record]) -> Applied:
        """Apply records of one partition, in order, in one database transaction.

        Parameters
        ----------
        records
            One partition's records in order of their offsets, at least one.

        Raises
        ------
        Unavailable
            If a service can't be reached. The batch was applied completely or not at all, and can
            safely be delivered again.
        """
        applied = Applied()
        for run in contiguous(records):
            applied += self._apply_run(run)
        return applied

    def _apply_run(self, run: Sequence[Record]) -> Applied:
        """Apply contiguous records, after any undelivered records before them.

        The delivery contract is that nothing is skipped. A broker or poller that skips records
        anyway must not cost a client its command.
        """
        batch = [(record, decoded(record)) for record in run]
        try:
            return self._apply_parts(batch)
        except OffsetGapError as gap:
            try:
                return self._recover(gap) + self._apply_parts(batch)
            finally:
                # What the log contains is known only for this moment, even after a failure.
                self._confirmed_gaps.clear()

    def _recover(self, gap: OffsetGapError) -> Applied:
        """Read undelivered records from the log itself, and apply them."""
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
        """Apply a batch in parts: after a growth's marker, the partition has other accounts."""
        applied, start = Applied(), 0
        for end, (_, command) in enumerate(batch, 1):
            if end == len(batch) or type(command) is c.LogGrowth:
                applied += self._apply_isolating(batch[start:end])
                start = end
        return applied

    def _apply_isolating(self, batch: Batch) -> Applied:
        """Apply a batch. If the database refuses it permanently, park the record at fault.

        Few of the domain's own failures get here; most are states that a constraint forbids. So
        each record is applied in its own transaction, and the one that fails alone is at fault.
        """
        try:
            return self._apply_batch(batch, {})
        except REFUSALS as error:
            logger.exception("a batch can't be applied; applying its records one by one")
            if len(batch) == 1:
                return self._park_refused(batch, error)
        applied = Applied()
        for one in batch:
            applied += self._apply_isolating([one])
        return applied

    def _park_refused(self, batch: Batch, error: Exception) -> Applied:
        """Park a record that the database refuses, in the first way that the database accepts.

        A resolution is first tried with only the head of its queue, because a record behind it may
        be the one that was refused. If that fails too, the head is at fault.  A command that can't
        be parked as a command is parked as raw bytes, which can't fail whatever they contain.
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
                logger.exception("a record can't be parked as a command")
        return self._apply_batch([(record, c.UndecodableError(reason))], {})

    def _apply_batch(self, batch: Batch, poison: Poison) -> Applied:
        """Apply a batch, and repeat that as often as necessary with what each attempt showed.

        A batch that follows the last one is assumed to be new: its commands' ids are not looked up,
        because the primary key detects repetitions.
        """
        partition, following = batch[0][0].partition, batch[-1][0].offset + 1
        # After any failure, the next batch is not assumed to be new.
        is_new = self._expected.pop(partition, None) == batch[0][0].offset
        lost_races = 0
        sought: set[str] = set()
        rivals = self._claims.rivals(batch)
        # Each pass ends, adds a place to the poison (there is a limited number), or lost a race for
        # an id to another partition, which the next pass looks up and finds taken.
        while True:
            try:
                applied = self._attempt(batch, poison, sought, rivals, is_new=is_new)
                self._trust(partition, following, applied)
                return applied
            except NotNewError:
                is_new = False
                self._wary[partition] = WARY_BATCHES
            except LostRaceError as error:
                lost_races += 1
                sought.update(error.recorded)
                if lost_races > MAX_LOST_RACES:
                    raise Unavailable("transaction ids are contended") from error
            except PoisonError as error:
                if error.place in poison:
                    raise
                logger.exception("a command can't be applied; parking it")
                poison[error.place] = str(error)
            except OtherCountError as error:
                # The count only grows, so this terminates.
                self._partitions = error.partitions

    def _trust(self, partition: int, following: int, applied: Applied) -> None:
        """Assume that the next batch is new, unless commands were repeated recently."""
        if applied.duplicates or applied.conflicts:
            self._wary[partition] = WARY_BATCHES
        wary = self._wary.get(partition, 0)
        if wary:
            self._wary[partition] = wary - 1
        else:
            self._expected[partition] = following

    def _attempt(
        self,
        batch: Batch,
        poison: Poison,
        sought: Collection[str],
        rivals: Collection[Leg],
        *,
        is_new: bool,
    ) -> Applied:
        """Apply a batch once.

        Raises
        ------
        NotNewError
            If it was assumed to be new and is not, or that is unclear: a repetition has an effect
            that it must not have, or would be parked.
        """
        try:
            return self._apply_once(batch, poison, sought, rivals, is_new=is_new)
        except (LostRaceError, PoisonError) as error:
            if is_new:
                raise NotNewError from error
            raise
        except NotHereError:
            self._shards.forget()
            raise

    def _apply_once(
        self,
        batch: Batch,
        poison: Poison,
        sought: Collection[str],
        rivals: Collection[Leg],
        *,
        is_new: bool,
    ) -> Applied:
        partition = batch[0][0].partition
        marker = f"!{partition}-{batch[-1][0].offset}"
        with self._shards.of_partition(partition).connection() as connection:
            with _one_transaction(connection) as recorded:
                loaded = load(
                    connection,
                    self._commands_topic,
                    partition,
                    self._partitions,
                    batch,
                    is_new=is_new,
                    sought=sought,
                    rivals=rivals,
                    verdicts=self._verdicts,
                )
                state = loaded.state
                _check_growth(state, batch)
                apply_batch(state, batch, poison)
                recorded.extend(state.results)
                if is_new and (state.parked or state.park_log):
                    raise NotNewError
                state_count(connection, self._commands_topic, loaded)
                progress, gap = self._advance(loaded, batch)
                outgoing = outgoing_of(state, self._commands_topic, self._events_topic)
                if self._is_traced and (parents := _parents(batch)):
                    outgoing = traced_outgoing(outgoing, state, parents)
                messages = encode_outbox(outgoing) if outgoing else None
                written = write(connection, self._commands_topic, state, progress, messages)
                self._cache.before_commit(state, marker)
            row = written.fetchone()
            self._publish(connection, loaded, row[0] if row else None, outgoing)
        self._cache.after_commit(state, marker)
        return _summary(state, gap)

    def _advance(self, loaded: Loaded, batch: Batch) -> tuple[Progress, int]:
        """Return the progress after the batch, and the number of missing offsets before it."""
        state, before = loaded.state, loaded.progress
        first, last = batch[0][0].offset, batch[-1][0].offset
        # If the batch follows the last one, the topic is the same; otherwise it may be recreated.
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
        """Publish earlier batches' messages and this one's, oldest first.

        The batch is committed, so no failure here is a failure of the batch.  Its outbox row stays
        for the partition's next batch or for the sweeper.
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
    """Check that nothing after a growth's marker is applied before the growth is completed.

    Raises
    ------
    Unavailable
        If the partition waits at its marker. The batch must come again.
    """
    if state.growing_to is not None and not all(
        type(command) is c.LogGrowth for _, command in batch
    ):
        raise Unavailable(f"the log's growth to {state.growing_to} partitions is not completed")


def _parents(batch: Batch) -> dict[str, str]:
    """Return the traces of a batch's traced commands, by the commands' transaction ids.

    Of a command and its repetitions, the first one counts.
    """
    return {
        command.transaction_id: record.traceparent
        for record, command in reversed(batch)
        if record.traceparent is not None and not isinstance(command, c.UndecodableError)
    }


def contiguous(records: Sequence[Record]) -> list[Sequence[Record]]:
    """Split records, in order of their offsets, at missing offsets."""
    cuts = [i for i in range(1, len(records)) if records[i].offset != records[i - 1].offset + 1]
    return [records[i:j] for i, j in pairwise([0, *cuts, len(records)])] if records else []


@contextmanager
def _one_transaction(connection: Connection) -> Iterator[list[Leg]]:
    """Run a transaction in pipeline mode: BEGIN goes with the first statement, COMMIT at the end.

    Yields
    ------
    list[Leg]
        To be filled with the legs that the transaction records.

    Raises
    ------
    LostRaceError
        If one of their transaction ids is taken.
    """
    recorded: list[Leg] = []
    try:
        with connection.pipeline():
            connection.execute("begin")
            yield recorded
            connection.execute("commit")
    except BaseException as error:
        with suppress(psycopg.Error):
            connection.rollback()
        if isinstance(error, psycopg.errors.UniqueViolation) and _is_lost_race(error):
            raise LostRaceError({leg.transaction_id for leg in recorded}) from error
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
