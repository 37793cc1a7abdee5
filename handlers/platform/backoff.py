"""Backoff: how long something that failed is left alone before the next attempt."""

from __future__ import annotations

from typing import NamedTuple


class Backoff(NamedTuple):
    """A backoff that doubles with each failure in a row, up to a bound.

    Where the count of failures is a column, the query takes `schedule` and looks up its row's
    backoff by the count, which it has locked. Two attempts that fail at once so both count.

    Attributes
    ----------
    first_s, last_s
        The backoff after the first failure, and the longest, in seconds.
    """

    first_s: int
    last_s: int

    @property
    def schedule(self) -> list[int]:
        """The backoffs after one failure, two and so on, in seconds; the last one stays.

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
        """Return the backoff after so many failures in a row, one at least, in seconds.

        Examples
        --------
        >>> [Backoff(first_s=5, last_s=3600).after(failures) for failures in (1, 2, 3, 11)]
        [5, 10, 20, 3600]
        """
        schedule = self.schedule
        return schedule[min(failures, len(schedule)) - 1]
