"""Print the progress of long test runs."""

from __future__ import annotations

import sys
import time

EVERY_S = 15.0


class Progress:
    """Counts examples, and prints a line at most every ``EVERY_S`` seconds.

    pytest shows the lines only with ``-s``, as in ``make test-nightly``.
    """

    def __init__(self, what: str, total: int) -> None:
        self.what = what
        self.total = total
        self.count = 0
        self.began_s: float | None = None
        self.said_s = 0.0

    def one_more(self) -> None:
        """Count a passed example. Hypothesis runs a few more than its number of examples."""
        now_s = time.monotonic()
        if self.began_s is None:
            self.began_s = self.said_s = now_s
        self.count += 1
        if now_s - self.said_s >= EVERY_S or self.count == self.total:
            self.said_s = now_s
            text = f"{self.what}: {self.count:,} of {self.total:,} in {now_s - self.began_s:.0f} s"
            print(text, file=sys.stderr, flush=True)
