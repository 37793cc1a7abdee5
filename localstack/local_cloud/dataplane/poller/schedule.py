"""Which lane is sent next: those that are due, the longest waiting first."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Final

from local_cloud.dataplane.poller.events import MAXIMUM_EVENT_BYTES
from local_cloud.dataplane.poller.lane import Lane

#: An invocation that takes this part of the rest is no strain; one of twice the time makes the rest
#: four times as long, up to so many times.
EASY_PART: Final = 0.5
LONGEST_REST: Final = 8.0


@dataclass(frozen=True)
class Pace:
    """When a batch that isn't full is sent.

    Attributes
    ----------
    batch_size
        The most records in a batch.
    window_s
        How long a first record waits for more to come.
    rest_s
        The least time between two sendings of one lane, so that a steady trickle makes batches
        instead of many invocations of one record. A lane that was quiet is sent at once. Where
        invocations are slow, because there is much to do, it is longer: see `Pace.rest_after`.
    """

    batch_size: int
    window_s: float = 0.0
    rest_s: float = 0.0

    def rest_after(self, took_s: float) -> float:
        """Return the least time from a sending to the lane's next, in seconds.

        An invocation's fixed cost is paid for each batch. On a machine that is short of processor
        time invocations take longer, and then fewer and larger ones get more done; as this makes
        them longer in turn, it is the square that tells a busy machine from an idle one.

        Parameters
        ----------
        took_s
            How long the lane's last invocation took, in seconds.
        """
        if not self.rest_s:
            return 0.0
        strain = took_s / (EASY_PART * self.rest_s)
        return self.rest_s * min(max(1.0, strain**2), LONGEST_REST)

    def is_strained(self, took_s: float) -> bool:
        """Tell whether a lane rests as long as it ever does: the machine is at its limit."""
        return self.rest_s > 0 and self.rest_after(took_s) >= self.rest_s * LONGEST_REST


class Schedule:
    """The lanes that wait for a sender. Whoever calls holds ``changed``.

    Attributes
    ----------
    changed
        The one lock of a mapping's lanes, and what its senders wait on.
    """

    def __init__(self, pace: Pace) -> None:
        self.changed = threading.Condition()
        self.pace = pace
        self.stopping = False
        self._ready: deque[Lane] = deque()
        self._later: list[tuple[float, int, Lane]] = []
        self._tie = itertools.count()

    def offer(self, lane: Lane) -> None:
        """Queue a lane for sending, now or when it's due; no-op when it has nothing to send."""
        blocker = lane.blocked_by
        if blocker is not None and blocker.in_flight:
            return
        lane.blocked_by = None
        if lane.ready or lane.in_flight or lane.revoked or not lane.records:
            return
        now_s = time.monotonic()
        due_s = self._due_s(lane)
        if due_s <= now_s:
            lane.wake_s = None
            lane.ready = True
            self._ready.append(lane)
            self.changed.notify()
        elif lane.wake_s is None or due_s < lane.wake_s:
            lane.wake_s = due_s
            heapq.heappush(self._later, (due_s, next(self._tie), lane))
            # A sender may be asleep until a later moment than this one.
            self.changed.notify()

    def next_lane(self) -> Lane | None:
        """Wait for a lane to send; None when it's time to stop."""
        while not self.stopping:
            self._wake_due()
            while self._ready:
                lane = self._ready.popleft()
                lane.ready = False
                if not lane.revoked and lane.records and not lane.in_flight:
                    return lane
            wait_s = self._later[0][0] - time.monotonic() if self._later else 60.0
            if wait_s > 0:
                self.changed.wait(min(wait_s, 60.0))
        return None

    def _wake_due(self) -> None:
        now_s = time.monotonic()
        while self._later and self._later[0][0] <= now_s:
            due_s, _, lane = heapq.heappop(self._later)
            if lane.wake_s == due_s:
                lane.wake_s = None
                self.offer(lane)

    def _due_s(self, lane: Lane) -> float:
        full = (
            lane.undelivered is not None
            or lane.wanted >= (lane.size_limit or self.pace.batch_size)
            or lane.queued_bytes >= MAXIMUM_EVENT_BYTES
        )
        if full:
            return lane.due_s
        due_s = max(lane.due_s, lane.last_sent_s + self.pace.rest_after(lane.last_took_s))
        if not lane.wanted:
            # Nothing to gather: the function gets none of it.
            return due_s
        return max(due_s, lane.waiting_since_s + self.pace.window_s)
