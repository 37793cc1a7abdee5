"""A load run as Prometheus sees it."""

from __future__ import annotations

import socket
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from load.run.published import RunMetrics, published
from load.traffic.outcomes import Outcome


def outcome(status: int, latency_ms: float = 20.0) -> Outcome:
    return Outcome(
        "deposits", 1, 0, None, 5, False, 1000.0, 1000.0 + latency_ms, status, "", None, ""
    )


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def scrape(port: int) -> dict[tuple[str, tuple[str, ...]], float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_run_is_seen_while_it_goes_on_and_no_longer(port: int) -> None:
    with published(RunMetrics("mix", "steady", 200), port):
        seen = scrape(port)

    assert seen["ledgerlane_load_run", ("mix", "steady")] == 1
    assert seen["ledgerlane_load_wanted", ()] == 200
    with pytest.raises(OSError, match="refused"):
        scrape(port)


def test_responses_count_by_result_and_a_missing_one_is_unknown(port: int) -> None:
    metrics = RunMetrics("mix", "steady", 200)
    metrics.count([outcome(202), outcome(201), outcome(409), outcome(0, latency_ms=30_001)])

    with published(metrics, port):
        seen = scrape(port)

    counted = {
        result: seen["ledgerlane_load_requests_total", (result,)]
        for result in ("accepted", "refused", "unknown")
    }
    assert counted == {"accepted": 2, "refused": 1, "unknown": 1}
    assert seen["ledgerlane_load_latency_seconds_bucket", ("0.025",)] == 3
    assert seen["ledgerlane_load_latency_seconds_count", ()] == 4


def test_a_result_is_a_series_before_it_happens(port: int) -> None:
    with published(RunMetrics("mix", "steady", 0), port):
        assert scrape(port)["ledgerlane_load_requests_total", ("unknown",)] == 0
