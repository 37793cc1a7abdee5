"""A fact that processes must know as it was a moment ago, at one small query per second."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Generic, NamedTuple, TypeVar

from handlers.platform.clock import monotonic_s, now_us
from handlers.platform.errors import Unavailable

#: After this, one request reads the fact again, while the others use the old one.
YOUNG_S: Final = 1.0
#: After this, the fact may no longer be used. Whoever changes it waits longer than this.
STANDS_S: Final = 3.0

Fact = TypeVar("Fact")


class _Reading(NamedTuple, Generic[Fact]):
    """A fact, and when it was requested, by the monotonic clock and the wall clock."""

    fact: Fact
    monotonic_s: float
    day_s: float


class Fresh(Generic[Fact]):
    """A fact that is read again when it is old, by one thread at a time.

    Parameters
    ----------
    read
        Reads the fact; raises `Unavailable` if it can't be read.
    missing
        The message of the error if the fact is too old and can't be read.
    """

    def __init__(self, read: Callable[[], Fact], missing: str) -> None:
        self._read = read
        self._missing = missing
        self._reading: _Reading[Fact] | None = None
        self._looking = threading.Lock()

    @property
    def last(self) -> Fact | None:
        """The fact as it was read last, however long ago; None if it never was."""
        reading = self._reading
        return None if reading is None else reading.fact

    def now(self) -> Fact:
        """Return the fact, not older than `STANDS_S`.

        Raises
        ------
        Unavailable
            If it can't be read.
        """
        reading = self._reading
        age_s = _age_s(reading)
        if reading is None or age_s >= YOUNG_S:
            reading = self._look(must=reading is None or age_s >= STANDS_S) or reading
            # The read may have been slow, or skipped.
            if reading is None or _age_s(reading) >= STANDS_S:
                raise Unavailable(self._missing)
        return reading.fact

    def forget(self) -> None:
        """Read the fact again when it is needed next, because it turned out to be wrong."""
        self._reading = None

    def _look(self, *, must: bool) -> _Reading[Fact] | None:
        """Read the fact in one thread; only those that must wait for the result do."""
        if not self._looking.acquire(blocking=must):
            return None
        try:
            if must and _age_s(self._reading) < YOUNG_S:
                return self._reading
            # Take the times before the read, so that the result is never older than they say.
            monotonic, day = monotonic_s(), now_us() / 1_000_000
            self._reading = _Reading(self._read(), monotonic, day)
            return self._reading
        except Unavailable:
            if must:
                raise
            return None
        finally:
            self._looking.release()


def _age_s(reading: _Reading[Fact] | None) -> float:
    """Return a reading's age. The monotonic clock may have stopped while a function was frozen."""
    if reading is None:
        return float("inf")
    day_s = now_us() / 1_000_000 - reading.day_s
    # If the wall clock was set back, the reading must not look younger or stay fresh forever.
    return max(monotonic_s() - reading.monotonic_s, abs(day_s))
