"""Growing the log's partition count without breaking the order of any account.

Fence (no command is taken in), drain (every partition is applied to its end, the ledger's own
commands among it), mark (each partition, old and new, gets a record that says so), complete
(accounts move to their new partitions, all partitions go by the new count), which lifts the fence.
Each step may be killed and done again.  Before the log is marked the growth can be given up, and
the fence of one that was killed is lifted after a while; from then on it can only go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from handlers.accepting.partitioning import STANDS_S
from handlers.applying.topic_directory import TopicDirectory
from handlers.domain import commands as c
from handlers.domain.growth import KEY, Growth, marker
from handlers.growing.growths import CannotGrow, Growing, PartitionProgress
from handlers.platform.bounds import MAX_PARTITIONS
from handlers.platform.errors import Unavailable
from handlers.platform.kafka import WAIT_TIMEOUT_S, Outbound, Producer
from handlers.platform.topic_admin import TopicAdmin

#: After this nobody sends who read before the fence that he may: nor does what he sent arrive.
FENCE_S: Final = STANDS_S + 2 * WAIT_TIMEOUT_S
DRAIN_S: Final = 300.0
#: Consumers learn of new partitions when they ask for the topic's metadata, which takes minutes.
MARKED_S: Final = 900.0
LOOK_S: Final = 0.5
MARK_TIMEOUT_S: Final = 30.0

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each step may take, in seconds; what is over its time may be run again."""

    fence_s: float = FENCE_S
    drain_s: float = DRAIN_S
    marked_s: float = MARKED_S


class Grower:
    """Grows the log.

    Parameters
    ----------
    commands_topic, events_topic
        The topics whose partitions are the accounts'.
    other_topics
        What shall have as many partitions, though no account lives on them.
    events_group
        The consumer group that must have taken every event before accounts change partitions, so
        that an account's events stay in order; empty if there is none.
    partitions
        The count as it is configured, for a ledger that states none.
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
        """Grow the log to ``partitions``, or go on with a growth that was interrupted.

        Returns
        -------
        bool
            Whether anything was to be done.

        Raises
        ------
        CannotGrow
            If it would shrink, another growth is under way, the log does not drain in time, or the
            fence was given up meanwhile; then nothing has changed, and no fence is left.
        Unavailable
            If the ledger or the brokers can't be reached, or the markers are not applied in time;
            then run it again.
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
                f"{partitions} partitions are more than the {MAX_PARTITIONS} there may be"
            )
        # Nobody sends to the new partitions yet, and consumers find them in the meantime.
        self._admin.grow(self._topics, partitions)
        if growth is None or growth.state == "fenced":
            growth = self._fence_and_drain(before, partitions)
        if growth.state != "done":
            self._mark(growth)
            self._complete(growth)
        return True

    def give_up(self) -> int:
        """Lift the fence of a growth whose log is not marked yet; return the count that stands.

        Raises
        ------
        CannotGrow
            If there is none, or it can only go on.
        """
        growth = self._growing.current()
        if growth is None or growth.state == "done":
            raise CannotGrow("no growth of the log is under way")
        if not self._growing.give_up(growth.partitions):
            raise CannotGrow(
                f"the log says already that it grows to {growth.partitions} partitions: it can only"
                " go on; run the growth again"
            )
        return growth.partitions_before

    def _under_way(self, partitions: int) -> Growth | None:
        growth = self._growing.current()
        if growth is None or growth.state == "done":
            return None
        if growth.partitions != partitions:
            raise CannotGrow(
                f"a growth to {growth.partitions} partitions is under way: finish that one first"
            )
        self._report(f"going on with a growth that was interrupted ({growth.state})")
        return growth

    def _before(self) -> int:
        stated = self._growing.partitions()
        return self._configured if stated is None else stated

    def _refuse_shrinking(self, partitions: int, before: int) -> None:
        if partitions < before:
            raise CannotGrow(
                f"the log has {before} partitions and can't shrink to {partitions}: the records of"
                " a partition that is gone would be gone with it"
            )

    def _fence_and_drain(self, before: int, partitions: int) -> Growth:
        growth = self._growing.fence(before, partitions)
        if growth.state != "fenced":
            return growth  # another run has gone further meanwhile
        try:
            self._stand_fenced(partitions)
            self._await(
                lambda: self._undrained_behind_fence(growth),
                self._patience.drain_s,
                CannotGrow("the log does not drain; the fence is lifted and nothing has changed"),
            )
            self._report("drained: every partition is applied to its end")
            return self._growing.mark(partitions)
        except BaseException:
            # If that fails too, the fence lapses.
            with suppress(Unavailable):
                self._growing.lift(partitions)
            raise

    def _stand_fenced(self, partitions: int) -> None:
        """Wait until all know of the fence."""
        self._report(
            f"fenced: no command is taken in; {self._patience.fence_s:.0f} s until all know"
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
        """Say what is not applied yet, if anything.

        What is published before its outbox row goes is in the log: so the ends are read after the
        progress.  If they agree, and the outbox was empty, nothing is left that could add to them.
        A ledger that was restored from before this growth comes to the log's markers by itself;
        what lies behind them is not the old count's.
        """
        before = growth.partitions_before
        every = self._growing.progress()
        ends = self._admin.ends(self._commands, before)
        incarnation = self._directory.incarnation(self._commands, refresh=True)
        late = [
            f"{one.partition} at {one.next_offset} of {ends[one.partition]}"
            for one in every
            if one.partition < before
            and one.growing_to != growth.partitions
            and not _is_at(one, ends[one.partition], incarnation)
        ]
        if late:
            return f"partitions are behind: {', '.join(late[:5])}"
        if every and every[0].outbox:
            return f"{every[0].outbox} batches are still to be published"
        if self._events_group:
            return self._unhanded_events(before)
        return None

    def _unhanded_events(self, before: int) -> str | None:
        ends = self._admin.ends(self._events, before)
        taken = self._admin.committed(self._events, self._events_group)
        waiting = sum(end - taken.get(partition, 0) for partition, end in enumerate(ends))
        return (
            f"{waiting} events are still to be taken by {self._events_group}" if waiting else None
        )

    def _mark(self, growth: Growth) -> None:
        """Put a marker into each partition that has not come to one, and wait until all have."""
        assert growth.clock_us is not None
        assert growth.has_parked is not None
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
            if one.growing_to != growth.partitions
        ]
        self._producer.wait(self._producer.send(records), MARK_TIMEOUT_S)
        self._report(f"marked: {len(records)} partitions are told")
        self._await(
            lambda: self._unmarked(growth.partitions),
            self._patience.marked_s,
            Unavailable("the markers are not applied yet; run it again to go on"),
        )

    def _unmarked(self, partitions: int) -> str | None:
        growth = self._growing.current()
        if growth is not None and growth.state == "done":
            return None  # somebody else completed it
        waiting = [one for one in self._growing.progress() if one.growing_to != partitions]
        late = ", ".join(str(one.partition) for one in waiting[:8])
        return f"partitions {late} have not come to their marker" if waiting else None

    def _complete(self, growth: Growth) -> None:
        shown_s = time.monotonic()

        def show(seen: int) -> None:
            nonlocal shown_s
            if time.monotonic() - shown_s > 1:
                shown_s = time.monotonic()
                self._report(f"{seen:,} accounts looked at")

        moves = self._growing.complete(growth, show)
        self._report(f"{moves:,} accounts live on another partition; commands are taken in again")

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
    """Say what is missing; what can't be told may be told in a moment."""
    try:
        return missing()
    except Unavailable as error:
        return str(error)


def _is_at(one: PartitionProgress, end: int, incarnation: str) -> bool:
    if one.incarnation != incarnation:
        return end == 0
    return one.next_offset == end
