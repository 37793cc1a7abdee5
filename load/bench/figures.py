"""The arithmetic of a report: medians with their spread, and the ratios of rounds."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The median of the rounds' values, with the lowest and the highest."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Return the spread of at least one value."""
        found = list(values)
        return cls(statistics.median(found), min(found), max(found))

    def __str__(self) -> str:
        numbers = (self.median, self.lowest, self.highest)
        median, lowest, highest = (written(number) for number in numbers)
        return f"{median:>10}  [{lowest} .. {highest}]"


def written(number: float) -> str:
    """Format a number with a useful number of digits."""
    if abs(number) >= 100 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"


def spreads(rounds: Sequence[Mapping[str, float]]) -> dict[str, Spread]:
    """Return the spread of each figure over the rounds that have it.

    Parameters
    ----------
    rounds
        One mapping per round, with figures by name.
    """
    names = dict.fromkeys(name for one in rounds for name in one)
    return {name: Spread.of(one[name] for one in rounds if name in one) for name in names}


def ratios(rounds: Sequence[float], yardsticks: Sequence[float]) -> list[float]:
    """Divide each round's value by the yardstick of the same round.

    Raises
    ------
    ValueError
        If their numbers differ.
    """
    return [value / yardstick for value, yardstick in zip(rounds, yardsticks, strict=True)]


def each_us(used_s: Mapping[str, float], count: int) -> dict[str, float]:
    """Return each part's CPU time per operation, in microseconds."""
    return {name: seconds * 1e6 / count for name, seconds in used_s.items()} if count else {}


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the quantile ``share`` (0 to 1) by nearest rank.

    Parameters
    ----------
    ordered
        At least one value, in ascending order.
    """
    # -(-a // b) rounds up. A share of 0 is the lowest value.
    rank = max(1, -int(-share * len(ordered) // 1))
    return ordered[min(rank, len(ordered)) - 1]
