"""Admission control: refuse commands that would wait too long to be applied.

A partition is behind if either of these holds. One query per second at most reads both, and only
while this process produces:

- what this process produced a while ago is still not applied (the partition is stuck);
- the partition's last batch had waited that long before it was applied (the partition is busy).
"""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from typing import Any, Final

from handlers.platform.clock import monotonic_s
from handlers.platform.errors import Overloaded, Unavailable
from handlers.platform.kafka import Position
from handlers.platform.postgres import Database, sql

REFRESH_S: Final = 1.0
#: How long a result is used while another thread may already be reading a new one.
STANDS_S: Final = 3.0
#: The interval at which a partition's positions are remembered, in seconds.
SPACING_S: Final = 0.25
MAX_REMEMBERED: Final = 1000
#: Positions older than this are forgotten: the topic may have been recreated.
FORGET_S: Final = 900.0
MAX_RETRY_AFTER_S: Final = 30

logger = logging.getLogger(__name__)

Produced = deque[tuple[int, float]]


class Admission:
    """Tracks which partitions are too far behind.

    Parameters
    ----------
    max_lag_s
        How long accepted work may wait to be applied, in seconds; 0 for no limit.
    """

    def __init__(self, database: Database, topic: str, max_lag_s: float) -> None:
        self._database = database
        self._topic = topic
        self._max_lag_s = max_lag_s
        self._produced: dict[int, Produced] = {}
        self._behind_s: dict[int, float] = {}
        self._looked_at_s = 0.0
        self._looking = threading.Lock()
        self._lock = threading.Lock()

    def produced(self, position: Position) -> None:
        """Record a produced position."""
        with self._lock:
            self._remember(position, monotonic_s())

    def _remember(self, position: Position, now_s: float) -> None:
        produced = self._produced.get(position.partition)
        if produced is None:
            produced = self._produced[position.partition] = deque(maxlen=MAX_REMEMBERED)
        # An offset far below the previous ones is from a new topic of the same name.
        if produced and position.offset < produced[-1][0] - MAX_REMEMBERED:
            produced.clear()
        # Keep the latest position, and earlier ones at intervals.
        if len(produced) > 1 and produced[-1][1] - produced[-2][1] < SPACING_S:
            produced.pop()
        produced.append((position.offset, now_s))

    def check(self, partition: int) -> None:
        """Check that a partition is not too far behind.

        Raises
        ------
        Overloaded
            If it is. Nothing may be produced then.
        """
        if not self._max_lag_s:
            return
        now_s = monotonic_s()
        if now_s - self._looked_at_s >= REFRESH_S and self._is_waiting(now_s):
            self._look(now_s)
        behind_s = self._behind_s.get(partition)
        if behind_s is not None and now_s - self._looked_at_s < STANDS_S:
            retry_after_s = min(MAX_RETRY_AFTER_S, max(1, math.ceil(behind_s - self._max_lag_s)))
            raise Overloaded(retry_after_s=retry_after_s)

    def _is_waiting(self, now_s: float) -> bool:
        """Tell whether anything was produced long enough ago to check on."""
        with self._lock:
            return bool(self._behind_s) or any(
                produced and now_s - produced[0][1] >= REFRESH_S
                for produced in self._produced.values()
            )

    def _look(self, now_s: float) -> None:
        if not self._looking.acquire(blocking=False):
            return
        try:
            rows = self._database.read(sql("reading/lag"), {"topic": self._topic})
            with self._lock:
                self._behind_s = dict(self._late(rows, now_s))
        except Unavailable:
            # If the database is away, no partition counts as behind: requests fail for their own
            # reason.
            self._behind_s = {}
        finally:
            self._looked_at_s = monotonic_s()
            self._looking.release()
        if self._behind_s:
            logger.warning("partitions are behind: %s", self._behind_s)

    def _late(self, rows: list[tuple[Any, ...]], now_s: float) -> list[tuple[int, float]]:
        progress = {partition: (next_offset, waited_s) for partition, next_offset, waited_s in rows}
        late = []
        for partition in progress.keys() | self._produced.keys():
            next_offset, waited_s = progress.get(partition, (0, None))
            produced = self._produced.get(partition, deque())
            while produced and (produced[0][0] < next_offset or now_s - produced[0][1] > FORGET_S):
                produced.popleft()
            behind_s = max(waited_s or 0.0, now_s - produced[0][1] if produced else 0.0)
            if behind_s > self._max_lag_s:
                late.append((partition, round(behind_s, 1)))
        return late
