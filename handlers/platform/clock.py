"""The clock of the edges.  The apply path has no clock: its time is the log's."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: The last moment that `datetime` can represent.
LATEST: Final = datetime.max.replace(tzinfo=UTC)
_DAY_S: Final = 86_400
#: The resolution of times in the ledger.
MOMENT: Final = timedelta(microseconds=1)
#: More than enough: a time with nanoseconds and an offset has 35 characters.
MAX_TIME_LENGTH: Final = 64
_RFC3339: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    # A client that does not escape the plus sign in a URL sends a space.
    r"(?:[Zz]|([+ -])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)


def now_us() -> int:
    """Return the current time, in microseconds since the Unix epoch."""
    return time.time_ns() // 1000


def monotonic_s() -> float:
    """Return a time in seconds that never runs backwards, for measuring waits."""
    return time.monotonic()


def to_us(moment: datetime) -> int:
    """Convert a moment (with its time zone) to microseconds since the Unix epoch, exactly."""
    return (moment - EPOCH) // MOMENT


def from_us(microseconds: int) -> datetime:
    """Convert microseconds since the Unix epoch to a moment in UTC, exactly."""
    return EPOCH + timedelta(microseconds=microseconds)


def parse_rfc3339(text: str) -> datetime:
    """Parse any RFC 3339 timestamp (section 5.6), including leap seconds and year 0.

    Returns
    -------
    datetime
        In UTC, truncated to microseconds.  A time before the Unix epoch becomes the epoch, which is
        before every record of the ledger, and a time after `LATEST` (in the year 10000, because of
        its offset) becomes `LATEST`.

    Raises
    ------
    ValueError
        If the text is not such a timestamp.

    Examples
    --------
    >>> rfc3339(parse_rfc3339("2026-12-31T23:59:60+00:00"))
    '2027-01-01T00:00:00.000000Z'
    """
    found = _RFC3339.fullmatch(text)
    if found is None or len(text) > MAX_TIME_LENGTH:
        raise ValueError("not an RFC 3339 timestamp")
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    # `datetime` has no year 0. Year 400 has the same days, and both are before the epoch.
    started = datetime(year or 400, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    sign, hours, minutes = found.group(8), found.group(9), found.group(10)
    offset_us = (int(hours) * 60 + int(minutes)) * 60_000_000 if sign else 0
    start_us = to_us(started) - (-offset_us if sign == "-" else offset_us)
    if second > 59:
        start_us = _after_leap_second(start_us, second)
    moment_us = start_us + int((found.group(7) or "0")[:6].ljust(6, "0"))
    return from_us(min(max(moment_us, 0), to_us(LATEST)))


def _after_leap_second(last_us: int, second: int) -> int:
    """Return the second after 23:59:59, where Unix time has its leap seconds."""
    if second > 60 or last_us // 1_000_000 % _DAY_S != _DAY_S - 1:
        raise ValueError("a leap second can only be at 23:59:60 UTC")
    return last_us + 1_000_000


def rfc3339(moment: datetime) -> str:
    """Format a moment as RFC 3339 in UTC with microseconds, as everywhere in the API.

    Examples
    --------
    >>> rfc3339(from_us(1_700_000_000_000_001))
    '2023-11-14T22:13:20.000001Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def rfc3339_us(microseconds: int) -> str:
    """Format microseconds since the Unix epoch as RFC 3339 in UTC."""
    milliseconds = microseconds // 1000
    seconds = milliseconds // 1000
    # Every transaction has several of these, and joining strings is faster than formatting.
    return (
        _whole_seconds(seconds)
        + _MILLISECONDS[milliseconds - seconds * 1000]
        + _MICROSECONDS[microseconds - milliseconds * 1000]
    )


_MILLISECONDS: Final = tuple(f".{n:03d}" for n in range(1000))
_MICROSECONDS: Final = tuple(f"{n:03d}Z" for n in range(1000))


@lru_cache(maxsize=1024)
def _whole_seconds(seconds: int) -> str:
    # A batch's times share a few seconds, and this is most of the cost of formatting one.
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
