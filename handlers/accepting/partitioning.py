"""Which partition a command goes to, and whether any may be sent now.

The count of the log's partitions may grow (`handlers.growing.growths`). While it does, nothing is
sent; and nobody may send by an old count afterwards, however long he was asleep. So whoever sends
must have read a moment ago that he may, which costs each process one small query a second.
"""

from __future__ import annotations

import threading
from typing import Final, NamedTuple

from handlers.platform.clock import monotonic_s, now_us
from handlers.platform.errors import LogFenced, Unavailable
from handlers.platform.postgres import Database, sql

#: After this what was read is read anew, by one request while the others go on.
YOUNG_S: Final = 1.0
#: After this nothing may be sent by it any more; a growth waits longer than that.
STANDS_S: Final = 3.0
RETRY_AFTER_S: Final = 5


class _Reading(NamedTuple):
    """What was read, and when it was asked for: by the time that never runs back, and the day's."""

    partitions: int
    is_fenced: bool
    monotonic_s: float
    day_s: float


class Partitioning:
    """How accounts are spread over the log's partitions.

    Whoever reads it lifts a fence that nobody stands behind any more, so that a growth whose
    process was killed does not keep commands out for long.

    Parameters
    ----------
    partitions
        The count, for as long as the ledger states none.
    """

    def __init__(self, database: Database, topic: str, partitions: int) -> None:
        self._database = database
        self._topic = topic
        self._configured = partitions
        self._reading: _Reading | None = None
        self._looking = threading.Lock()

    @property
    def partitions(self) -> int:
        """The count as far as it is known; good for looking, not for sending."""
        reading = self._reading
        return self._configured if reading is None else reading.partitions

    def sending_by(self) -> int:
        """Return the count that commands may be sent by, now.

        Raises
        ------
        LogFenced
            If nothing may be sent.
        Unavailable
            If that can't be told.
        """
        reading = self._reading
        age_s = _age_s(reading)
        if reading is None or age_s >= YOUNG_S:
            reading = self._look(must=reading is None or age_s >= STANDS_S) or reading
            # The look may have taken long, or not have been made.
            if reading is None or _age_s(reading) >= STANDS_S:
                raise Unavailable("the ledger can't be asked whether it takes commands")
        if reading.is_fenced:
            raise LogFenced(retry_after_s=RETRY_AFTER_S)
        return reading.partitions

    def _look(self, *, must: bool) -> _Reading | None:
        """Read the layout; of those that could, one does, and those that must wait for it."""
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
        """Ask the ledger; also whether there is a fence that its run does not keep up any more."""
        # The times are from before the reading, so it is never older than it says.
        monotonic, day = monotonic_s(), now_us() / 1_000_000
        (row,) = self._database.read(sql("growing/layout"), {"topic": self._topic})
        partitions, is_fenced, has_lapsed = row
        return _Reading(partitions or self._configured, is_fenced, monotonic, day), has_lapsed


def _age_s(reading: _Reading | None) -> float:
    """Return how old a reading is: a frozen function's own clock may have stood still."""
    if reading is None:
        return float("inf")
    day_s = now_us() / 1_000_000 - reading.day_s
    # A day's clock that was set back must not make it younger, or fresh for ever.
    return max(monotonic_s() - reading.monotonic_s, abs(day_s))
