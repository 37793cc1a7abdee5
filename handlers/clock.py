"""The one clock of the edges.  The apply path has none: its time is the log's."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def now_us() -> int:
    """Return the time of day, in microseconds since the Unix epoch."""
    return time.time_ns() // 1000


def monotonic_s() -> float:
    """Return a time that never runs back, in seconds, to measure waits by."""
    return time.monotonic()


def to_us(moment: datetime) -> int:
    """Return a moment (with its time zone) as microseconds since the Unix epoch, exactly."""
    return (moment - EPOCH) // _MICROSECOND


def from_us(microseconds: int) -> datetime:
    """Return microseconds since the Unix epoch as a moment in UTC, exactly."""
    return EPOCH + timedelta(microseconds=microseconds)


def rfc3339(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with microseconds, as the API does everywhere.

    Examples
    --------
    >>> rfc3339(from_us(1_700_000_000_000_001))
    '2023-11-14T22:13:20.000001Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def rfc3339_us(microseconds: int) -> str:
    """Write microseconds since the Unix epoch as RFC 3339 in UTC."""
    milliseconds = microseconds // 1000
    seconds = milliseconds // 1000
    # Each transaction has some of these: put together they take less time than written.
    return (
        _whole_seconds(seconds)
        + _MILLISECONDS[milliseconds - seconds * 1000]
        + _MICROSECONDS[microseconds - milliseconds * 1000]
    )


_MILLISECONDS: Final = tuple(f".{n:03d}" for n in range(1000))
_MICROSECONDS: Final = tuple(f"{n:03d}Z" for n in range(1000))


@lru_cache(maxsize=1024)
def _whole_seconds(seconds: int) -> str:
    # The times of one batch share few seconds, and this is most of the cost of writing one.
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
