"""Compute percentiles, rates and series."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from load.report.figures import Memory, Series, Spread

PERCENTILES: Final = {"p50": 50, "p95": 95, "p99": 99}
#: The part of a run that counts as warm-up, before the slope of memory is measured.
WARM_UP: Final = 0.2


def percentile(ordered: Sequence[float], percent: float) -> float | None:
    """Return the percentile by nearest rank, None if there are no values.

    Parameters
    ----------
    ordered
        The values in ascending order.
    """
    if not ordered:
        return None
    return ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1]


def spread(values: Iterable[float]) -> Spread:
    """Return the distribution of values in milliseconds."""
    ordered = sorted(values)
    found = [percentile(ordered, percent) for percent in PERCENTILES.values()]
    rounded = [None if one is None else round(one, 2) for one in (*found, *ordered[-1:])]
    p50, p95, p99, most = (*rounded, None)[:4]
    return Spread(len(ordered), p50, p95, p99, most)


def per_second(count: int, seconds: float) -> float:
    """Return a rate, 0 if no time passed."""
    return round(count / seconds, 2) if seconds > 0 else 0.0


def counts(times_s: Iterable[float], start_s: float, seconds: int) -> Series:
    """Count events by second. Events outside the range count towards the nearest second."""
    found = [0.0] * seconds
    for time_s in times_s:
        found[_second(time_s, start_s, seconds)] += 1
    return list(found)


def percentiles(
    timed: Iterable[tuple[float, float]], start_s: float, seconds: int
) -> dict[str, Series]:
    """Return the percentiles of (time, value) pairs by second."""
    values: dict[int, list[float]] = defaultdict(list)
    for time_s, value in timed:
        values[_second(time_s, start_s, seconds)].append(value)
    for found in values.values():
        found.sort()
    series: dict[str, Series] = {}
    for name, percent in PERCENTILES.items():
        ranks = [percentile(values.get(second, []), percent) for second in range(seconds)]
        series[name] = [None if one is None else round(one, 2) for one in ranks]
    return series


def _second(time_s: float, start_s: float, seconds: int) -> int:
    return min(max(0, math.floor(time_s - start_s)), seconds - 1)


def reached_at(progress: Sequence[tuple[float, int]], offset: int) -> float | None:
    """Return when a partition was first seen past an offset.

    Parameters
    ----------
    progress
        Times and next offsets, both ascending.
    """
    place = bisect_right(progress, offset, key=lambda seen: seen[1])
    return progress[place][0] if place < len(progress) else None


def lag(
    record_times_s: Sequence[float],
    first_offset: int,
    progress: Sequence[tuple[float, int]],
    start_s: float,
    seconds: int,
) -> Series:
    """Return a partition's lag at the end of each second, in records.

    Parameters
    ----------
    record_times_s
        The times of the partition's records from ``first_offset`` on, in offset order.
    """
    # Clocks of several producers can differ, so use the latest time so far.
    there, latest = [], 0.0
    for time_s in record_times_s:
        latest = max(latest, time_s)
        there.append(latest)
    found: Series = []
    for second in range(seconds):
        end_s = start_s + second + 1
        produced = first_offset + bisect_right(there, end_s)
        place = bisect_right(progress, end_s, key=lambda seen: seen[0])
        applied = progress[place - 1][1] if place else first_offset
        found.append(float(max(0, produced - applied)))
    return found


def rates(
    samples: Sequence[tuple[float, Mapping[str, float]]], start_s: float, seconds: int
) -> dict[str, Series]:
    """Return the growth rate of each part's total, by second; None before its first sample.

    Parameters
    ----------
    samples
        Times and running totals. Growth between two samples counts as even. A total that
        shrinks, because a process ended, counts as no growth.
    """
    found: dict[str, Series] = {}
    for (before_s, before), (after_s, after) in itertools.pairwise(samples):
        if after_s <= before_s:
            continue
        # If a second has two samples, the later one counts for all of it.
        places = _places(before_s, after_s, start_s, seconds)
        for part, total in after.items():
            speed = max(0.0, total - before.get(part, total)) / (after_s - before_s)
            for place in places:
                found.setdefault(part, [None] * seconds)[place] = round(speed, 3)
    return found


def levels(
    samples: Sequence[tuple[float, Mapping[str, float]]], start_s: float, seconds: int
) -> dict[str, Series]:
    """Return each part's level, by second. A level lasts until the next sample."""
    found: dict[str, Series] = {}
    end: tuple[float, Mapping[str, float]] = (start_s + seconds, {})
    for (time_s, values), (end_s, _) in itertools.pairwise([*samples, end]):
        for place in _places(time_s, end_s, start_s, seconds):
            for part, value in values.items():
                found.setdefault(part, [None] * seconds)[place] = round(value, 2)
    return found


def _places(from_s: float, to_s: float, start_s: float, seconds: int) -> range:
    """Return the seconds that an interval overlaps."""
    first, last = math.floor(from_s - start_s), math.floor(to_s - start_s)
    return range(max(0, first), min(seconds, last + 1))


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope by least squares, 0 for fewer than two points."""
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    square = sum((x - mean_x) ** 2 for x, _ in points)
    if square == 0:
        return 0.0
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / square


def memory(samples: Sequence[tuple[float, Mapping[str, float]]]) -> dict[str, Memory]:
    """Return each part's memory at the start and the end, and its slope after the warm-up."""
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for time_s, values in samples:
        for part, value in values.items():
            points[part].append((time_s, value))
    found = {}
    for part, seen in points.items():
        first_s, last_s = seen[0][0], seen[-1][0]
        warm_s = first_s + (last_s - first_s) * WARM_UP
        per_minute = slope([(x / 60, y) for x, y in seen if x >= warm_s])
        found[part] = Memory(round(seen[0][1], 1), round(seen[-1][1], 1), round(per_minute, 2))
    return found


def grown(samples: Sequence[tuple[float, Mapping[str, float]]]) -> dict[str, float]:
    """Return the total growth of each part's running total, the largest first."""
    totals: dict[str, float] = defaultdict(float)
    for (_, before), (_, after) in itertools.pairwise(samples):
        for part, total in after.items():
            totals[part] += max(0.0, total - before.get(part, total))
    return {part: round(total, 2) for part, total in sorted(totals.items(), key=_by_value)}


def _by_value(pair: tuple[str, float]) -> float:
    return -pair[1]
