"""Progress output while the load runs: every second on a terminal, less often elsewhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, TextIO

from load.report.arithmetic import percentile
from load.traffic.outcomes import Outcome

#: The window of the shown rates and percentiles, in seconds.
WINDOW: Final = 5
#: How often a line is printed if the output is not a terminal, in seconds.
INTERVAL: Final = 5


class LiveLine:
    """Aggregates responses and shows them.

    Parameters
    ----------
    out
        Where the output goes.
    seconds
        The duration of the load.
    """

    def __init__(self, out: TextIO, seconds: int) -> None:
        self._out = out
        self._seconds = seconds
        self._is_terminal = out.isatty()
        self._window: deque[Sequence[Outcome]] = deque(maxlen=WINDOW)
        self._ends: dict[int, int] = {}
        self._elapsed = 0
        self._count = 0
        self._errors = 0

    def show(self, new: Sequence[Outcome], next_offsets: Mapping[int, int]) -> None:
        """Show the outcomes of one more second.

        Parameters
        ----------
        next_offsets
            The next offset of each partition that is not applied.
        """
        self._elapsed += 1
        self._window.append(new)
        self._count += len(new)
        self._errors += sum(not one.is_answered_well for one in new)
        for one in new:
            if one.position is not None:
                partition, offset = one.position
                self._ends[partition] = max(self._ends.get(partition, 0), offset + 1)
        if self._is_terminal:
            print(f"\r\x1b[K{self._text(next_offsets)}", end="", file=self._out, flush=True)
        elif self._elapsed % INTERVAL == 0:
            print(self._text(next_offsets), file=self._out, flush=True)

    def end(self) -> None:
        """End the line."""
        if self._is_terminal:
            print(file=self._out, flush=True)

    def _text(self, next_offsets: Mapping[int, int]) -> str:
        latencies = sorted(one.latency_ms for several in self._window for one in several)
        shown = [percentile(latencies, percent) for percent in (50, 95)]
        p50, p95 = ("-" if one is None else f"{one:,.0f}" for one in shown)
        behind = sum(
            max(0, end - next_offsets.get(partition, 0)) for partition, end in self._ends.items()
        )
        return (
            f"{self._elapsed:4d}/{self._seconds} s  {len(latencies) / len(self._window):7,.0f}"
            f" requests/s  p50 {p50} ms  p95 {p95} ms  {self._count:,} requests,"
            f" {self._errors:,} errors  {behind:,} behind"
        )
