"""The order of sending: partitions that are due, the longest waiting first."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Final

from dataplane.poller.events import MAXIMUM_EVENT_BYTES
from dataplane.poller.partition_queue import PartitionQueue

#: An invocation up to this part of the rest does not extend it. Twice the time makes the rest four
#: times as long, up to a maximum factor.
EASY_PART: Final = 0.5
LONGEST_REST: Final = 8.0


@dataclass(frozen=True)
class Pace:
    """The timing of batches that are not full.

    Attributes
    ----------
    batch_size
        The maximum number of records in a batch.
    window_s
        How long the first record waits for more.
    rest_s
        The minimum time between two batches of a partition, so that a steady trickle makes batches
        instead of invocations with one record. A batch of a quiet partition is sent at once. If
        invocations are slow because of the load, the time is longer; see `Pace.rest_after`.
    """

    batch_size: int
    window_s: float = 0.0
    rest_s: float = 0.0

    def rest_after(self, took_s: float) -> float:
        """Return the minimum time from a batch to the partition's next one, in seconds.

        Each batch has the fixed cost of an invocation. On a busy machine, invocations take longer,
        and fewer and larger ones get more done. Because larger ones also take longer, the square of
        the time distinguishes a busy machine from an idle one.

        Parameters
        ----------
        took_s
            The duration of the partition's last invocation, in seconds.
        """
        if not self.rest_s:
            return 0.0
        strain = took_s / (EASY_PART * self.rest_s)
        return self.rest_s * min(max(1.0, strain**2), LONGEST_REST)

    def is_strained(self, took_s: float) -> bool:
        """Return whether a partition has the maximum rest, so the machine is at its limit."""
        return self.rest_s > 0 and self.rest_after(took_s) >= self.rest_s * LONGEST_REST


class Schedule:
    """The partitions that wait for a sender. Callers hold ``changed``.

    Attributes
    ----------
    changed
        The lock of all partitions of a mapping, and the condition that its senders wait for.
    """

    def __init__(self, pace: Pace) -> None:
        self.changed = threading.Condition()
        self.pace = pace
        self.stopping = False
        self._ready: deque[PartitionQueue] = deque()
        self._later: list[tuple[float, int, PartitionQueue]] = []
        self._tie = itertools.count()

    def offer(self, queue: PartitionQueue) -> None:
        """Queue a partition for sending when it is due. Do nothing if it has nothing to send."""
        blocker = queue.blocked_by
        if blocker is not None and blocker.in_flight:
            return
        queue.blocked_by = None
        if queue.ready or queue.in_flight or queue.revoked or not queue.records:
            return
        now_s = time.monotonic()
        due_s = self._due_s(queue)
        if due_s <= now_s:
            queue.wake_s = None
            queue.ready = True
            self._ready.append(queue)
            self.changed.notify()
        elif queue.wake_s is None or due_s < queue.wake_s:
            queue.wake_s = due_s
            heapq.heappush(self._later, (due_s, next(self._tie), queue))
            # A sender may be sleeping until a later time than this one.
            self.changed.notify()

    def next_queue(self) -> PartitionQueue | None:
        """Wait for a partition to send; return None when stopping."""
        while not self.stopping:
            self._wake_due()
            while self._ready:
                queue = self._ready.popleft()
                queue.ready = False
                if not queue.revoked and queue.records and not queue.in_flight:
                    return queue
            wait_s = self._later[0][0] - time.monotonic() if self._later else 60.0
            if wait_s > 0:
                self.changed.wait(min(wait_s, 60.0))
        return None

    def _wake_due(self) -> None:
        now_s = time.monotonic()
        while self._later and self._later[0][0] <= now_s:
            due_s, _, queue = heapq.heappop(self._later)
            if queue.wake_s == due_s:
                queue.wake_s = None
                self.offer(queue)

    def _due_s(self, queue: PartitionQueue) -> float:
        full = (
            queue.undelivered is not None
            or queue.wanted >= (queue.size_limit or self.pace.batch_size)
            or queue.queued_bytes >= MAXIMUM_EVENT_BYTES
        )
        if full:
            return queue.due_s
        due_s = max(queue.due_s, queue.last_sent_s + self.pace.rest_after(queue.last_took_s))
        if not queue.wanted:
            # All records are filtered out, so there is no batch to wait for.
            return due_s
        return max(due_s, queue.waiting_since_s + self.pace.window_s)
