"""Grows the log's partition count without breaking any account's order.

The steps: fence (accept no commands), drain (apply every partition to its end, including the
ledger's own commands), mark (write a marker to each partition, old and new), and complete (move
accounts to their new partitions, switch all partitions to the new count, and lift the fence).  Each
step can be interrupted and repeated.  Until the log is marked, the growth can be cancelled, and the
fence of a killed run lapses after a while. After that, the growth can only be completed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from handlers.applying.topic_directory import TopicDirectory
from handlers.domain import commands as c
from handlers.domain.growth import KEY, Growth, marker
from handlers.growing.growths import CannotGrow, Growing, PartitionProgress
from handlers.platform.bounds import MAX_PARTITIONS
from handlers.platform.errors import Unavailable
from handlers.platform.fresh import STANDS_S
from handlers.platform.kafka import WAIT_TIMEOUT_S, Outbound, Producer
from handlers.platform.topic_admin import TopicAdmin

#: After this, no process sends by a layout read before the fence, and its messages have arrived.
FENCE_S: Final = STANDS_S + 2 * WAIT_TIMEOUT_S
DRAIN_S: Final = 300.0
#: Consumers notice new partitions when they refresh the topic's metadata, which takes minutes.
MARKED_S: Final = 900.0
LOOK_S: Final = 0.5
MARK_TIMEOUT_S: Final = 30.0

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each step may take, in seconds. A step that timed out can be run again."""

    fence_s: float = FENCE_S
    drain_s: float = DRAIN_S
    marked_s: float = MARKED_S


class Grower:
    """Grows the log.

    Parameters
    ----------
    commands_topic, events_topic
        The topics whose partitions hold accounts' records.
    other_topics
        Topics that must have as many partitions, although no account lives on them.
    events_group
        The consumer group that must receive every event before accounts change partitions, so that
        an account's events stay in order; empty if there is none.
    partitions
        The configured count, for a ledger that has not recorded one.
    """

    def __init__(
        self,
        growing: Growing,
        admin: TopicAdmin,
        directory: TopicDirectory,
        producer: Producer,
        *,
        commands_topic: str,
        events_topic: str,
        other_topics: Sequence[str] = (),
        events_group: str = "",
        partitions: int,
        patience: Patience | None = None,
        report: Report = lambda line: None,
    ) -> None:
        self._growing = growing
        self._admin = admin
        self._directory = directory
        self._producer = producer
        self._commands = commands_topic
        self._events = events_topic
        self._topics = (commands_topic, events_topic, *other_topics)
        self._events_group = events_group
        self._configured = partitions
        self._patience = patience or Patience()
        self._report = report

    def grow(self, partitions: int) -> bool:
        """Grow the log to ``partitions``, or resume an interrupted growth.

        Returns
        -------
        bool
            Whether there was anything to do.

        Raises
        ------
        CannotGrow
            If the log would shrink, accounts could not stay on their shards, another growth or a
            move between shards is in progress, the log does not drain in time, or the fence was
            lifted by someone else. Nothing has changed then, and no fence is left.
        Unavailable
            If the ledger or the brokers can't be reached, or the markers are not applied in time.
            Run it again then.
        """
        self._growing.lapse()
        growth = self._under_way(partitions)
        before = growth.partitions_before if growth else self._before()
        if growth is None and partitions <= before:
            self._refuse_shrinking(partitions, before)
            self._admin.grow(self._topics, partitions)
            return False
        if partitions > MAX_PARTITIONS:
            raise CannotGrow(
                f"the log can have at most {MAX_PARTITIONS} partitions, not {partitions}"
            )
        self._growing.check_count(before, partitions)
        # Nobody sends to the new partitions yet, so consumers can discover them in the meantime.
        self._admin.grow(self._topics, partitions)
        if growth is None or growth.state == "fenced":
            growth = self._fence_and_drain(before, partitions)
        if growth.state != "done":
            self._mark(growth)
            self._complete(growth)
        return True

    def give_up(self) -> int:
        """Cancel a growth whose log is not marked yet; return the partition count that remains.

        Raises
        ------
        CannotGrow
            If no growth is in progress, or it is too late to cancel it.
        """
        growth = self._growing.current()
        if growth is None or growth.state == "done":
            raise CannotGrow("no growth is in progress")
        if not self._growing.give_up(growth.partitions):
            raise CannotGrow(
                f"the log is already marked for {growth.partitions} partitions, so the growth can't"
                " be cancelled; run it again to complete it"
            )
        return growth.partitions_before

    def _under_way(self, partitions: int) -> Growth | None:
        growth = self._growing.current()
        if growth is None or growth.state == "done":
            return None
        if growth.partitions != partitions:
            raise CannotGrow(
                f"a growth to {growth.partitions} partitions is in progress: finish it first"
            )
        self._report(f"resuming an interrupted growth ({growth.state})")
        return growth

    def _before(self) -> int:
        stated = self._growing.partitions()
        return self._configured if stated is None else stated

    def _refuse_shrinking(self, partitions: int, before: int) -> None:
        if partitions < before:
            raise CannotGrow(
                f"the log has {before} partitions and can't shrink to {partitions}: the records of"
                " removed partitions would be lost"
            )

    def _fence_and_drain(self, before: int, partitions: int) -> Growth:
        growth = self._growing.fence(before, partitions)
        if growth.state != "fenced":
            return growth  # another run has got further
        try:
            self._stand_fenced(partitions)
            self._await(
                lambda: self._undrained_behind_fence(growth),
                self._patience.drain_s,
                CannotGrow("the log did not drain in time; the fence is lifted, nothing changed"),
            )
            self._report("drained: every partition is fully applied")
            return self._growing.mark(partitions)
        except BaseException:
            # If lifting the fence fails too, it lapses.
            with suppress(Unavailable):
                self._growing.lift(partitions)
            raise

    def _stand_fenced(self, partitions: int) -> None:
        """Wait until every process knows about the fence."""
        self._report(
            f"fenced: no commands are accepted; all know in {self._patience.fence_s:.0f} s"
        )
        until_s = time.monotonic() + self._patience.fence_s
        while (left_s := until_s - time.monotonic()) > 0:
            with suppress(Unavailable):
                self._growing.renew(partitions)
            time.sleep(min(left_s, LOOK_S))

    def _undrained_behind_fence(self, growth: Growth) -> str | None:
        self._growing.renew(growth.partitions)
        return self._undrained(growth)

    def _undrained(self, growth: Growth) -> str | None:
        """Return what is not applied yet, or None.

        The order of the reads matters. A record that is applied after the progress was read lies
        behind it in the log, and a message is in the log before its outbox row is deleted.  So if
        the outbox is empty after the progress was read, and the log's ends, read last, agree with
        the progress, nothing can be added to the log.  A ledger restored from before this growth
        reaches the log's markers through its records; records after a marker belong to the new
        count.
        """
        before = growth.partitions_before
        every = self._growing.progress()
        unpublished = self._growing.unpublished()
        ends = self._admin.ends(self._commands, before)
        incarnation = self._directory.incarnation(self._commands, refresh=True)
        late = [
            f"{one.partition} at {one.next_offset} of {ends[one.partition]}"
            for one in every
            if one.partition < before
            and not one.has_marker(growth.partitions)
            and not _is_at(one, ends[one.partition], incarnation)
        ]
        if late:
            return f"partitions are behind: {', '.join(late[:5])}"
        if unpublished:
            return f"{unpublished} batches are not published yet"
        if self._events_group:
            return self._unhanded_events(before)
        return None

    def _unhanded_events(self, before: int) -> str | None:
        ends = self._admin.ends(self._events, before)
        taken = self._admin.committed(self._events, self._events_group)
        waiting = sum(end - taken.get(partition, 0) for partition, end in enumerate(ends))
        return f"{self._events_group} has not received {waiting} events yet" if waiting else None

    def _mark(self, growth: Growth) -> None:
        """Send a marker to each partition that has not reached one, and wait until all have."""
        assert growth.clock_us is not None
        assert growth.has_parked is not None
        self._growing.announce(growth)
        records = [
            Outbound(
                self._commands,
                one.partition,
                KEY,
                c.encode(
                    marker(
                        one.partition,
                        growth.partitions_before,
                        growth.partitions,
                        growth.clock_us,
                        has_parked=growth.has_parked,
                    )
                ),
            )
            for one in self._growing.progress()
            if not one.has_marker(growth.partitions)
        ]
        self._producer.wait(self._producer.send(records), MARK_TIMEOUT_S)
        self._report(f"marked: sent {len(records)} markers")
        self._await(
            lambda: self._unmarked(growth.partitions),
            self._patience.marked_s,
            Unavailable("the markers are not applied yet; run it again to resume"),
        )

    def _unmarked(self, partitions: int) -> str | None:
        growth = self._growing.current()
        if growth is not None and growth.state == "done":
            return None  # another run completed it
        waiting = [one for one in self._growing.progress() if not one.has_marker(partitions)]
        late = ", ".join(str(one.partition) for one in waiting[:8])
        return f"partitions {late} have not reached their marker" if waiting else None

    def _complete(self, growth: Growth) -> None:
        shown_s = time.monotonic()

        def show(seen: int) -> None:
            nonlocal shown_s
            if time.monotonic() - shown_s > 1:
                shown_s = time.monotonic()
                self._report(f"{seen:,} accounts checked")

        moves = self._growing.complete(growth, show)
        self._report(f"{moves:,} accounts moved to another partition; commands are accepted again")

    def _await(self, missing: Callable[[], str | None], limit_s: float, failure: Exception) -> None:
        deadline_s, shown = time.monotonic() + limit_s, ""
        while (problem := _problem(missing)) is not None:
            if problem != shown:
                self._report(problem)
                shown = problem
            if time.monotonic() > deadline_s:
                raise failure
            time.sleep(LOOK_S)


def _problem(missing: Callable[[], str | None]) -> str | None:
    """Return what is missing. If that can't be read, it may be readable at the next look."""
    try:
        return missing()
    except Unavailable as error:
        return str(error)


def _is_at(one: PartitionProgress, end: int, incarnation: str) -> bool:
    if one.incarnation != incarnation:
        return end == 0
    return one.next_offset == end
