"""Counters of a function's invocations, like CloudWatch's metrics of Lambda."""

from __future__ import annotations

from typing import Any

from dataplane.metrics.buckets import Histogram


class Invocations:
    """The counters of a function. Callers that change them hold the pool's lock, or run alone."""

    __slots__ = ("durations", "errors", "throttles", "timeouts")

    def __init__(self) -> None:
        self.durations = Histogram()
        self.errors = 0
        self.timeouts = 0
        self.throttles = 0

    def add(self, took_s: float, *, failed: bool = False, timed_out: bool = False) -> None:
        """Count a finished invocation."""
        self.durations.observe(took_s)
        self.errors += failed
        self.timeouts += timed_out

    def describe(self) -> dict[str, Any]:
        """Return everything, for the status file."""
        return {
            "counts": self.durations.counts,
            "sum_s": round(self.durations.sum_s, 6),
            "errors": self.errors,
            "timeouts": self.timeouts,
            "throttles": self.throttles,
        }
