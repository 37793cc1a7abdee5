"""Rules for failed batches: when to retry, split or give up."""

from __future__ import annotations

from dataclasses import dataclass

_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 10.0


@dataclass(frozen=True)
class RetryPolicy:
    """A mapping's settings for failures. -1 means no limit.

    Attributes
    ----------
    maximum_attempts
        The maximum number of retries after the first attempt.
    maximum_age_s
        Older records are given up without being sent.
    bisect
        Whether a failed batch is split in two.
    """

    maximum_attempts: int = -1
    maximum_age_s: int = -1
    bisect: bool = False

    def delay_s(self, attempts: int) -> float:
        """The delay before the next attempt, after ``attempts`` consecutive failures."""
        return float(min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2 ** min(attempts - 1, 16)))

    def gives_up(self, attempts: int) -> bool:
        """Whether to give up after ``attempts`` consecutive failures."""
        return 0 <= self.maximum_attempts < attempts

    def is_too_old(self, timestamp_ms: int, now_s: float) -> bool:
        """Whether a record exceeds the maximum age."""
        return 0 <= self.maximum_age_s < now_s - timestamp_ms / 1000

    def next_size(self, size: int) -> int | None:
        """The smaller number of records of the next attempt; None for no change."""
        return size // 2 if self.bisect and size > 1 else None
