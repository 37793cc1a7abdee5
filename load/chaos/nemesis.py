"""The nemesis: carries out a schedule of faults while money moves."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable

from load.chaos.moves import Moves
from load.chaos.parts import PartFailed, Parts
from load.chaos.schedule import SERVICES, SUPERVISED, Fault, Step
from load.traffic.workload import Workload

#: How long it may take until requests are accepted again after faults.
PATIENCE_S = 90.0
_POLL_S = 0.05
#: How many requests are accepted after the last faults.
LEAST_AT_END = 100


class Nemesis:
    """Makes faults and mends them.

    Parameters
    ----------
    parts
        The instance's processes.
    workload
        Whose accepted requests show that the system recovered.
    show
        Prints a line.
    moves
        What moves partitions, on an instance with several shards.

    Attributes
    ----------
    done
        The faults that it made.
    """

    def __init__(
        self,
        parts: Parts,
        workload: Workload,
        show: Callable[[str], None],
        moves: Moves | None = None,
    ) -> None:
        self._moves = moves
        self._parts = parts
        self._workload = workload
        self._show = show
        self.done: list[Fault] = []

    async def run(self, steps: Iterable[Step], until_s: float = float("inf")) -> None:
        """Carry out steps until there are no more, or the monotonic clock reaches ``until_s``.

        Raises
        ------
        PartFailed
            If a part, or the system after faults, does not come back.
        """
        for step in steps:
            await self._until_accepted(step.between)
            if time.monotonic() >= until_s:
                return
            self._show(str(step))
            await asyncio.to_thread(self._make, step)
            self.done += step.faults
        await self._until_accepted(LEAST_AT_END)

    def _make(self, step: Step) -> None:
        mends: dict[Fault, Callable[[], None]] = {}
        try:
            # One after the other, so that the second meets what the first has left half done.
            for fault in step.faults:
                mends[fault] = self._begin(fault)
                time.sleep(step.lasts_s / len(step.faults))
        finally:
            with contextlib.ExitStack() as last_to_first:
                for fault in sorted(mends, key=_mending_order, reverse=True):
                    last_to_first.callback(mends[fault])

    def _begin(self, fault: Fault) -> Callable[[], None]:
        """Begin a fault; return what mends it."""
        parts, part = self._parts, fault.part
        if fault.how == "move":
            assert self._moves is not None, "the schedule is one of several shards"
            return self._moves.begin()
        if fault.how == "freeze":
            frozen = parts.freeze(part)
            return lambda: parts.thaw(frozen)
        if part in SUPERVISED:
            killed = parts.kill(part)
            return lambda: parts.await_replaced(part, killed)
        if fault.how == "kill":
            parts.stop(part)
        return lambda: parts.restart(part)

    async def _until_accepted(self, more: int) -> None:
        """Wait until so many more requests were accepted."""
        wanted = self._workload.accepted + more
        deadline_s = time.monotonic() + PATIENCE_S
        while self._workload.accepted < wanted:
            if time.monotonic() >= deadline_s:
                left = wanted - self._workload.accepted
                raise PartFailed(f"{left} of {more} requests not accepted after {PATIENCE_S:.0f} s")
            await asyncio.sleep(_POLL_S)


def _mending_order(fault: Fault) -> tuple[bool, int]:
    """Return the order in which faults are mended: each after what it needs to start."""
    # A further shard's server and pooler have a number, and so have further brokers.
    part = fault.part.rstrip("0123456789").rstrip("-")
    place = SERVICES.index(part) if part in SERVICES else len(SERVICES)
    # A move is finished once everything is back.
    return fault.how != "freeze", place + (fault.how == "move")
