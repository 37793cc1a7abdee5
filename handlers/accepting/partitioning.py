"""Decides which partition a command goes to, and whether commands may be sent now.

The log's partition count can grow (`handlers.growing.growths`). During a growth nothing may be
sent, and afterwards nothing may be sent by the old count, even by a process that was suspended. So
a process may send only if it read the layout recently, which costs it one small query per second.
"""

from __future__ import annotations

import threading
from typing import Final, NamedTuple

from handlers.platform.clock import monotonic_s, now_us
from handlers.platform.errors import LogFenced, Unavailable
from handlers.platform.postgres import Database, sql

#: After this, one request reads the layout again, while the others use the old result.
YOUNG_S: Final = 1.0
#: After this, the result may no longer be used for sending. A growth waits longer than this.
STANDS_S: Final = 3.0
RETRY_AFTER_S: Final = 5


class _Reading(NamedTuple):
    """The layout, and when it was requested, by the monotonic clock and the wall clock."""

    partitions: int
    is_fenced: bool
    monotonic_s: float
    day_s: float


class Partitioning:
    """How accounts map to the log's partitions.

    Reading the layout also lifts an abandoned fence, so that a growth whose process was killed does
    not block commands for long.

    Parameters
    ----------
    partitions
        The count to use until the ledger records one.
    """

    def __init__(self, database: Database, topic: str, partitions: int) -> None:
        self._database = database
        self._topic = topic
        self._configured = partitions
        self._reading: _Reading | None = None
        self._looking = threading.Lock()

    @property
    def partitions(self) -> int:
        """The last known count: good enough for reads, but not for sending."""
        reading = self._reading
        return self._configured if reading is None else reading.partitions

    def sending_by(self) -> int:
        """Return the partition count to send commands by, now.

        Raises
        ------
        LogFenced
            If nothing may be sent.
        Unavailable
            If the layout can't be read.
        """
        reading = self._reading
        age_s = _age_s(reading)
        if reading is None or age_s >= YOUNG_S:
            reading = self._look(must=reading is None or age_s >= STANDS_S) or reading
            # The read may have been slow, or skipped.
            if reading is None or _age_s(reading) >= STANDS_S:
                raise Unavailable("can't read whether the ledger accepts commands")
        if reading.is_fenced:
            raise LogFenced(retry_after_s=RETRY_AFTER_S)
        return reading.partitions

    def _look(self, *, must: bool) -> _Reading | None:
        """Read the layout in one thread; only those that must wait for the result do."""
        if not self._looking.acquire(blocking=must):
            return None
        try:
            if must and _age_s(self._reading) < YOUNG_S:
                return self._reading
            reading, has_lapsed = self._read()
            if has_lapsed:
                self._database.write(sql("growing/lapse"), {"topic": self._topic})
                reading, _ = self._read()
            self._reading = reading
            return reading
        except Unavailable:
            if must:
                raise
            return None
        finally:
            self._looking.release()

    def _read(self) -> tuple[_Reading, bool]:
        """Read the layout, and whether there is an abandoned fence."""
        # Take the times before the read, so that the result is never older than they say.
        monotonic, day = monotonic_s(), now_us() / 1_000_000
        (row,) = self._database.read(sql("growing/layout"), {"topic": self._topic})
        partitions, is_fenced, has_lapsed = row
        return _Reading(partitions or self._configured, is_fenced, monotonic, day), has_lapsed


def _age_s(reading: _Reading | None) -> float:
    """Return a reading's age. The monotonic clock may have stopped while a function was frozen."""
    if reading is None:
        return float("inf")
    day_s = now_us() / 1_000_000 - reading.day_s
    # If the wall clock was set back, the reading must not look younger or stay fresh forever.
    return max(monotonic_s() - reading.monotonic_s, abs(day_s))
