"""Admission control: refuse commands that would wait too long to be applied.

A partition is behind if either of these holds. One query per second and shard at most reads both,
and only while this process produces:

- what this process produced a while ago is still not applied (the partition is stuck);
- the partition's last batch had waited that long before it was applied (the partition is busy).
"""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

from handlers.platform.clock import monotonic_s
from handlers.platform.errors import Overloaded, Unavailable
from handlers.platform.kafka import Position
from handlers.platform.postgres import sql
from handlers.sharding.shards import Shard, ShardMap, Shards

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


@dataclass(slots=True)
class _Watch:
    """What is known of the partitions on one shard. Requests about others don't wait for it."""

    shard: Shard
    behind_s: dict[int, float] = field(default_factory=dict)
    looked_at_s: float = 0.0
    looking: threading.Lock = field(default_factory=threading.Lock)


class Admission:
    """Tracks which partitions are too far behind.

    Parameters
    ----------
    max_lag_s
        How long accepted work may wait to be applied, in seconds; 0 for no limit.
    """

    def __init__(self, shards: Shards, topic: str, max_lag_s: float) -> None:
        self._shards = shards
        self._topic = topic
        self._max_lag_s = max_lag_s
        self._produced: dict[int, Produced] = {}
        self._watches = {shard.number: _Watch(shard) for shard in shards.each}
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
        try:
            places = self._shards.map()
        except Unavailable:
            return  # as if the database were away, which it probably is
        watch = self._watches.get(places.shard_of(partition))
        if watch is None:
            return
        now_s = monotonic_s()
        if now_s - watch.looked_at_s >= REFRESH_S and self._is_waiting(watch, places, now_s):
            self._look(watch, places, now_s)
        behind_s = watch.behind_s.get(partition)
        if behind_s is not None and now_s - watch.looked_at_s < STANDS_S:
            retry_after_s = min(MAX_RETRY_AFTER_S, max(1, math.ceil(behind_s - self._max_lag_s)))
            raise Overloaded(retry_after_s=retry_after_s)

    def _is_waiting(self, watch: _Watch, places: ShardMap, now_s: float) -> bool:
        """Tell whether anything was produced long enough ago to check on."""
        with self._lock:
            return bool(watch.behind_s) or any(
                produced and now_s - produced[0][1] >= REFRESH_S
                for produced in map(self._produced.get, self._produced_to(watch, places))
            )

    def _produced_to(self, watch: _Watch, places: ShardMap) -> list[int]:
        """Return the partitions on a shard that this process produced to."""
        return [one for one in self._produced if places.shard_of(one) == watch.shard.number]

    def _look(self, watch: _Watch, places: ShardMap, now_s: float) -> None:
        if not watch.looking.acquire(blocking=False):
            return
        try:
            rows = watch.shard.database.read(sql("reading/lag"), {"topic": self._topic})
            # A shard keeps the rows of partitions that live elsewhere.
            ours = [row for row in rows if places.shard_of(row[0]) == watch.shard.number]
            with self._lock:
                produced_to = self._produced_to(watch, places)
                watch.behind_s = dict(self._late(ours, produced_to, now_s))
        except Unavailable:
            # If the database is away, no partition counts as behind: requests fail for their own
            # reason.
            watch.behind_s = {}
        finally:
            watch.looked_at_s = monotonic_s()
            watch.looking.release()
        if watch.behind_s:
            logger.warning("partitions are behind: %s", watch.behind_s)

    def _late(
        self, rows: list[tuple[Any, ...]], produced_to: list[int], now_s: float
    ) -> list[tuple[int, float]]:
        progress = {partition: (next_offset, waited_s) for partition, next_offset, waited_s in rows}
        late = []
        for partition in {*progress, *produced_to}:
            next_offset, waited_s = progress.get(partition, (0, None))
            produced = self._produced.get(partition, deque())
            while produced and (produced[0][0] < next_offset or now_s - produced[0][1] > FORGET_S):
                produced.popleft()
            behind_s = max(waited_s or 0.0, now_s - produced[0][1] if produced else 0.0)
            if behind_s > self._max_lag_s:
                late.append((partition, round(behind_s, 1)))
        return late
