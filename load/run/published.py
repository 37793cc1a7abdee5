"""The run as Prometheus and the dashboards see it: that it goes on, and what its clients see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from load.traffic.outcomes import Outcome
from local_cloud.config import LOOPBACK

_BOUNDS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class RunMetrics:
    """The metrics of a run. Labels say what was asked for, never which run it is.

    The dashboards mark the time in which ``ledgerlane_load_run`` exists.
    """

    def __init__(self, mix: str, profile: str, rate: int) -> None:
        self.registry = CollectorRegistry()
        run = Gauge(
            "ledgerlane_load_run", "A load run goes on", ["mix", "profile"], registry=self.registry
        )
        run.labels(mix, profile).set(1)
        wanted = Gauge(
            "ledgerlane_load_wanted",
            "Requests per second that were asked for; 0 for the maximum",
            registry=self.registry,
        )
        wanted.set(rate)
        self._requests = Counter(
            "ledgerlane_load_requests",
            "Requests whose response clients saw",
            ["result"],
            registry=self.registry,
        )
        for result in ("accepted", "refused", "unknown"):
            self._requests.labels(result)
        self._latency = Histogram(
            "ledgerlane_load_latency_seconds",
            "Response times that clients saw",
            registry=self.registry,
            buckets=_BOUNDS_S,
        )

    def count(self, outcomes: Sequence[Outcome]) -> None:
        """Count new outcomes."""
        for one in outcomes:
            self._requests.labels(_result(one)).inc()
            self._latency.observe(one.latency_ms / 1000)


def _result(outcome: Outcome) -> str:
    if outcome.is_answered_well:
        return "accepted"
    return "refused" if outcome.status else "unknown"


@contextmanager
def published(metrics: RunMetrics, port: int) -> Iterator[None]:
    """Serve a run's metrics on loopback.

    Raises
    ------
    OSError
        If the port is taken.
    """
    server, thread = start_http_server(port, LOOPBACK, metrics.registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
