"""Backoff: how long to wait after failures before the next attempt."""

from __future__ import annotations

from typing import NamedTuple


class Backoff(NamedTuple):
    """A backoff that doubles with each consecutive failure, up to a maximum.

    If a column counts the failures, the query gets `schedule` and picks the backoff by its locked
    row's count. So two attempts that fail at the same time both count.

    Attributes
    ----------
    first_s, last_s
        The backoff after the first failure, and the maximum, in seconds.
    """

    first_s: int
    last_s: int

    @property
    def schedule(self) -> list[int]:
        """The backoffs after one, two and more failures, in seconds; the last one repeats.

        Examples
        --------
        >>> Backoff(first_s=2, last_s=60).schedule
        [2, 4, 8, 16, 32, 60]
        """
        schedule = [self.first_s]
        while schedule[-1] < self.last_s:
            schedule.append(min(2 * schedule[-1], self.last_s))
        return schedule

    def after(self, failures: int) -> int:
        """Return the backoff after one or more consecutive failures, in seconds.

        Examples
        --------
        >>> [Backoff(first_s=5, last_s=3600).after(failures) for failures in (1, 2, 3, 11)]
        [5, 10, 20, 3600]
        """
        schedule = self.schedule
        return schedule[min(failures, len(schedule)) - 1]
