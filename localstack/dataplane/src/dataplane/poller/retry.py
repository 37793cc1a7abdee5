"""What to do with a batch that failed: when to try again, when to split it, when to give up."""

from __future__ import annotations

from dataclasses import dataclass

_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 10.0


@dataclass(frozen=True)
class RetryPolicy:
    """A mapping's word on failures; -1 means "without limit".

    Attributes
    ----------
    maximum_attempts
        Retries after the first try.
    maximum_age_s
        Older records are given up without being sent.
    bisect
        Whether a failing batch is split in two.
    """

    maximum_attempts: int = -1
    maximum_age_s: int = -1
    bisect: bool = False

    def delay_s(self, attempts: int) -> float:
        """How long to wait before the next try, after ``attempts`` failures in a row."""
        return float(min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2 ** min(attempts - 1, 16)))

    def gives_up(self, attempts: int) -> bool:
        """Whether ``attempts`` failures in a row are all there will be."""
        return 0 <= self.maximum_attempts < attempts

    def is_too_old(self, timestamp_ms: int, now_s: float) -> bool:
        """Whether a record is older than the mapping allows."""
        return 0 <= self.maximum_age_s < now_s - timestamp_ms / 1000

    def next_size(self, size: int) -> int | None:
        """How many records the next try takes, when fewer than before; None for no change."""
        return size // 2 if self.bisect and size > 1 else None
