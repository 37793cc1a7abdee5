"""How long requests took, by method, resource and status."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dataplane.metrics.buckets import Histogram
from dataplane.model import Route


class Latencies:
    """Counts each request once.

    What no route serves counts under an empty method and resource: a client that makes paths up
    must not make series.

    Parameters
    ----------
    stage
        The stage that they are of.
    """

    def __init__(self, stage: str) -> None:
        self._stage = stage
        # By the three digits as they are sent: a number isn't needed before someone asks.
        self._histograms: dict[tuple[str, str, bytes], Histogram] = {}

    def observe(self, route: Route | None, status: bytes, took_s: float) -> None:
        """Count a request.

        Parameters
        ----------
        status
            Its three digits.
        """
        key = (route.method, route.resource_path, status) if route else ("", "", status)
        histogram = self._histograms.get(key)
        if histogram is None:
            histogram = self._histograms[key] = Histogram()
        histogram.observe(took_s)

    def statuses(self) -> Counter[int]:
        """Return how many answers of each status there were."""
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
