"""Durations of requests, by method, resource and status."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dataplane.metrics.buckets import Histogram
from dataplane.model import Route


class Latencies:
    """Counts requests.

    Requests without a route count under an empty method and resource, so that a client with
    invented paths can't create series.

    Parameters
    ----------
    stage
        The stage of the requests.
    """

    def __init__(self, stage: str) -> None:
        self._stage = stage
        # Counted by the digits as they are sent, and converted to numbers only on demand.
        self._histograms: dict[tuple[str, str, bytes], Histogram] = {}

    def observe(self, route: Route | None, status: bytes, took_s: float) -> None:
        """Count a request.

        Parameters
        ----------
        status
            The status, as three digits.
        """
        key = (route.method, route.resource_path, status) if route else ("", "", status)
        histogram = self._histograms.get(key)
        if histogram is None:
            histogram = self._histograms[key] = Histogram()
        histogram.observe(took_s)

    def statuses(self) -> Counter[int]:
        """Return the number of responses by status."""
        totals: Counter[int] = Counter()
        for (_, _, status), histogram in self._histograms.items():
            totals[int(status)] += sum(histogram.counts)
        return totals

    def describe(self) -> list[dict[str, Any]]:
        """Return everything, for the status file."""
        return [
            {
                "stage": self._stage,
                "method": method,
                "resource": resource,
                "status": status.decode(),
                "counts": histogram.counts,
                "sum_s": round(histogram.sum_s, 6),
            }
            for (method, resource, status), histogram in self._histograms.items()
        ]
