"""The one clock of the edges.  The apply path has none: its time is the log's."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: The last moment that `datetime` has a value for.
LATEST: Final = datetime.max.replace(tzinfo=UTC)
_DAY_S: Final = 86_400
#: What times are counted in: the one before another is this much earlier.
MOMENT: Final = timedelta(microseconds=1)
#: A time with nanoseconds and an offset has 35 characters.
MAX_TIME_LENGTH: Final = 64
_RFC3339: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    # A plus sign that a client left unescaped in a URL arrives as a space.
    r"(?:[Zz]|([+ -])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)


def now_us() -> int:
    """Return the time of day, in microseconds since the Unix epoch."""
    return time.time_ns() // 1000


def monotonic_s() -> float:
    """Return a time that never runs back, in seconds, to measure waits by."""
    return time.monotonic()


def to_us(moment: datetime) -> int:
    """Return a moment (with its time zone) as microseconds since the Unix epoch, exactly."""
    return (moment - EPOCH) // MOMENT


def from_us(microseconds: int) -> datetime:
    """Return microseconds since the Unix epoch as a moment in UTC, exactly."""
    return EPOCH + timedelta(microseconds=microseconds)


def parse_rfc3339(text: str) -> datetime:
    """Read any time that RFC 3339 (section 5.6) can write, leap seconds and year 0 included.

    Returns
    -------
    datetime
        In UTC, with what is finer than a microsecond cut off.  A time before the Unix epoch is
        read as the epoch, which every record of the ledger is later than, and one after `LATEST`
        (by its offset, in the year 10000) as that.

    Raises
    ------
    ValueError
        If the text is anything else.

    Examples
    --------
    >>> rfc3339(parse_rfc3339("2026-12-31T23:59:60+00:00"))
    '2027-01-01T00:00:00.000000Z'
    """
    found = _RFC3339.fullmatch(text)
    if found is None or len(text) > MAX_TIME_LENGTH:
        raise ValueError("not an RFC 3339 timestamp")
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    # `datetime` has no year 0, whose days are those of the year 400; both are before the epoch.
    started = datetime(year or 400, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    sign, hours, minutes = found.group(8), found.group(9), found.group(10)
    offset_us = (int(hours) * 60 + int(minutes)) * 60_000_000 if sign else 0
    start_us = to_us(started) - (-offset_us if sign == "-" else offset_us)
    if second > 59:
        start_us = _after_leap_second(start_us, second)
    moment_us = start_us + int((found.group(7) or "0")[:6].ljust(6, "0"))
    return from_us(min(max(moment_us, 0), to_us(LATEST)))


def _after_leap_second(last_us: int, second: int) -> int:
    """Return the second that follows 23:59:59, which is where Unix time has a leap second."""
    if second > 60 or last_us // 1_000_000 % _DAY_S != _DAY_S - 1:
        raise ValueError("leap seconds are at 23:59:60 UTC only")
    return last_us + 1_000_000


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
