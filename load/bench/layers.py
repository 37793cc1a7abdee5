"""Compute the plots' data: layers of CPU time, and labels of axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

#: Parts that never use more than this share of the CPU are combined.
SMALL: Final = 0.04


def stacked(points: Sequence[Mapping[str, Any]], most: int) -> dict[str, list[float]]:
    """Return each part's CPU at every point, the largest first, with the small ones combined.

    Parameters
    ----------
    points
        Each has a ``cpu_us``: a spread by part.
    most
        The maximum number of layers, including that of the small parts.
    """
    names = dict.fromkeys(name for point in points for name in point["cpu_us"])
    parts = {
        name: [point["cpu_us"].get(name, {"median": 0.0})["median"] for point in points]
        for name in names
    }
    whole = [sum(values) for values in zip(*parts.values(), strict=True)]
    ordered = sorted(parts.items(), key=lambda part: -sum(part[1]))
    large = [
        (name, values)
        for name, values in ordered
        if any(value > SMALL * total for value, total in zip(values, whole, strict=True))
    ][: most - 1]
    kept = dict(large)
    rest = [total - sum(column) for total, column in zip(whole, _columns(kept, whole), strict=True)]
    if len(kept) < len(parts):
        kept["others"] = rest
    return kept


def _columns(parts: Mapping[str, Sequence[float]], whole: Sequence[float]) -> list[list[float]]:
    return [[values[place] for values in parts.values()] for place in range(len(whole))]


def image_name(dimension: str) -> str:
    """Return the file name of a dimension's plot."""
    return f"scale-{dimension.replace('_', '-')}.svg"


def short(value: float) -> str:
    """Format a number briefly: 1500000 as 1.5 M."""
    for size, unit in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
