"""The Prometheus metrics of the functions and the data plane's processes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from dataplane.http.latencies import Latencies
from dataplane.metrics import names
from dataplane.metrics.emf import Sample, marked, samples
from dataplane.metrics.exporter import Exporter
from dataplane.metrics.processes import usage
from dataplane.metrics.reported import MAXIMUM_OF_S, MOST_SERIES, Reported
from dataplane.model import Route
from dataplane.state_folder import StateFolder


def line(
    metrics: dict[str, tuple[str, Any]], dimensions: list[list[str]] | None = None, **more: Any
) -> bytes:
    """Return a log line as Powertools prints it."""
    directive = {
        "Namespace": "Shop",
        "Dimensions": dimensions if dimensions is not None else [["service"]],
        "Metrics": [{"Name": name, "Unit": unit} for name, (unit, _) in metrics.items()],
    }
    document = {
        "_aws": {"Timestamp": 1, "CloudWatchMetrics": [directive]},
        "service": "orders",
        **{name: value for name, (_, value) in metrics.items()},
        **more,
    }
    return json.dumps(document).encode()


def scraped(reported: Reported) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return all samples of a collector, by name and labels."""
    registry = CollectorRegistry()
    registry.register(reported)
    return parsed(generate_latest(registry).decode())


def parsed(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


ORDERS = (("service", "orders"),)


def test_a_line_gives_a_sample_for_each_metric_and_set_of_dimensions() -> None:
    found = list(
        samples(
            line({"Sold": ("Count", [2, 3]), "Took": ("Milliseconds", 4)}, [["service"], []]),
        )
    )

    assert found == [
        Sample("Shop", "Sold", "Count", ORDERS, (2.0, 3.0)),
        Sample("Shop", "Sold", "Count", (), (2.0, 3.0)),
        Sample("Shop", "Took", "Milliseconds", ORDERS, (4.0,)),
        Sample("Shop", "Took", "Milliseconds", (), (4.0,)),
    ]


def test_only_lines_with_the_mark_are_taken_out_of_a_log() -> None:
    one, two = line({"Sold": ("Count", 1)}), line({"Sold": ("Count", 2)}) + b' "_aws"'

    assert list(marked(b"words\n" + one + b"\nmore words\n\n" + two + b"\nend")) == [one, two]
    assert list(marked(one)) == [one]
    assert list(marked(b"words\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        b"plain words",
        b'"_aws" and no JSON',
        b'{"_aws": 1}',
        b'{"_aws": {"CloudWatchMetrics": {}}}',
        b'{"_aws": {"CloudWatchMetrics": [1, {"Namespace": 1}, {"Namespace": "a"}]}}',
        line({"Sold": ("Count", "many")}),
        line({"Sold": ("Count", True)}),
        line({"Sold": ("Count", [1] * 101)}),
        line({"Sold": ("Count", float("nan"))}),
        line({"Sold": ("Count", 1)}, [["absent"]]),
        line({"Sold": ("Count", 1)}, [[f"d{number}" for number in range(31)]]),
        b'["_aws"]',
    ],
)
def test_what_is_not_a_valid_report_is_passed_over(text: bytes) -> None:
    assert list(samples(text)) == []


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("AcceptedToApplied", "Milliseconds", "shop_accepted_to_applied_seconds"),
        ("AuditTook", "Seconds", "shop_audit_took_seconds"),
        ("HTTPErrors", "Count", "shop_http_errors"),
        ("Memory", "Megabytes", "shop_memory_bytes"),
        ("Odd-name.here", "None", "shop_odd_name_here"),
    ],
)
def test_names_and_units_are_those_of_prometheus(name: str, unit: str, expected: str) -> None:
    assert names.metric_name("Shop", name, unit) == expected


def test_reports_are_summed_counted_and_kept_by_their_labels(tmp_path: Path) -> None:
    clock = [1000.0]
    reported = Reported(tmp_path, lambda: clock[0])
    log = tmp_path / "shop-orders.log"
    log.write_bytes(line({"Sold": ("Count", [2, 5])}) + b"\nother words\n")
    reported.look()
    log.write_bytes(log.read_bytes() + line({"Sold": ("Count", [1])}) + b"\n" + b'{"_aws": half')
    reported.look()

    seen = scraped(reported)

    assert seen["shop_sold_total", ORDERS] == 8
    assert seen["shop_sold_samples_total", ORDERS] == 3
    assert seen["shop_sold_last", ORDERS] == 1
    assert seen["shop_sold_max", ORDERS] == 5
    clock[0] += MAXIMUM_OF_S + 1
    # Without new reports, the last value stays, and the maximum ends after a minute.
    assert scraped(reported)["shop_sold_last", ORDERS] == 1
    assert ("shop_sold_max", ORDERS) not in scraped(reported)


def test_a_maximum_is_of_the_last_minute(tmp_path: Path) -> None:
    clock = [0.0]
    reported = Reported(tmp_path, lambda: clock[0])
    largest = []
    for at_s, value in ((0, 9), (20, 4), (50, 7), (65, 1), (90, 2), (120, 2)):
        clock[0] = at_s
        reported.add(Sample("Shop", "Sold", "Count", ORDERS, (float(value),)))
        largest.append(scraped(reported)["shop_sold_max", ORDERS])

    assert largest == [9, 9, 9, 7, 7, 2]


def test_times_are_histograms_in_seconds(tmp_path: Path) -> None:
    reported = Reported(tmp_path)
    reported.add(Sample("Shop", "Took", "Milliseconds", ORDERS, (3.0, 40.0, 900_000.0)))

    seen = scraped(reported)

    def bucket(bound: str) -> float:
        return seen["shop_took_seconds_bucket", (("le", bound), *ORDERS)]

    assert (bucket("0.0025"), bucket("0.005"), bucket("0.05")) == (0, 1, 2)
    assert (bucket("300.0"), bucket("+Inf")) == (2, 3)
    assert seen["shop_took_seconds_sum", ORDERS] == pytest.approx(900.043)


def test_what_was_logged_before_does_not_count_and_a_trimmed_log_is_read_anew(
    tmp_path: Path,
) -> None:
    log = tmp_path / "shop-orders.log"
    log.write_bytes(line({"Sold": ("Count", [100])}) + b"\n" * 500)
    reported = Reported(tmp_path)
    reported.look()
    assert ("shop_sold_total", ORDERS) not in scraped(reported)

    log.write_bytes(line({"Sold": ("Count", [1])}) + b"\n")
    reported.look()

    assert scraped(reported)["shop_sold_total", ORDERS] == 1


def test_ids_in_dimensions_do_not_fill_the_memory(tmp_path: Path) -> None:
    reported = Reported(tmp_path)
    for number in range(MOST_SERIES + 7):
        reported.add(Sample("Shop", "Sold", "Count", (("account", str(number)),), (1.0,)))

    seen = scraped(reported)

    assert sum(name == "shop_sold_total" for name, _ in seen) == MOST_SERIES
    assert seen["dataplane_reported_samples_dropped_total", ()] == 7


def test_made_up_paths_make_no_series() -> None:
    latencies = Latencies("v1")
    route = Route("GET", "/orders/{id}", "r1", "orders")
    latencies.observe(route, b"200", 0.002)
    latencies.observe(route, b"200", 0.2)
    latencies.observe(None, b"403", 0.001)
    latencies.observe(None, b"403", 0.001)

    found = {(one["resource"], one["status"]): sum(one["counts"]) for one in latencies.describe()}

    assert found == {("/orders/{id}", "200"): 2, ("", "403"): 2}
    assert latencies.statuses() == {200: 2, 403: 2}


def test_the_usage_of_a_process_is_its_own() -> None:
    used = usage(os.getpid())

    assert used is not None
    assert used.cpu_s > 0
    assert 1_000_000 < used.resident_bytes < 10**10
    assert used.open_files > 2
    assert usage(2**22 + 1) is None


class Logs:
    """A fake of CloudWatch Logs, with the log group of one function."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def filter_log_events(self, **request: Any) -> dict[str, Any]:
        assert request["logGroupName"] == "/aws/lambda/shop-nightly"
        found = [event for event in self.events if event["timestamp"] >= request["startTime"]]
        return {"events": found}


def test_an_exporter_serves_processes_functions_and_what_runs_elsewhere(
    tmp_path: Path, free_port: int
) -> None:
    layout = StateFolder(tmp_path)
    layout.prepare()
    layout.deployment.write_text(json.dumps({"functions": {"shop-orders": {}, "shop-nightly": {}}}))
    latencies = Latencies("v1")
    latencies.observe(Route("GET", "/orders", "r1", "orders"), b"200", 0.002)
    row = {"topic": "orders", "partition": 1, "lag": 12, "done": 5, "errors": 2, "queued": None}
    statuses: dict[str, dict[str, Any]] = {
        "gateway.0": {"latencies": latencies.describe(), "connections": 3},
        "poller": {
            "mappings": {
                "m": {"function": "shop-orders", "partitions": [row], "events": {"polled": 7}},
                "n": {"function": "shop-orders", "partitions": [], "events": None},
            }
        },
    }
    for name, more in statuses.items():
        status = {"pid": os.getpid(), "at": time.time() - 50, **more}
        layout.status_file(name).write_text(json.dumps(status))
        layout.pid_file(name).write_text(f"{os.getpid()}\n")
    layout.function_log("shop-orders").write_bytes(b"")
    logs = Logs()
    exporter = Exporter(layout, logs, free_port)
    try:
        now_ms = int(time.time() * 1000) + 1
        logs.events = [
            {"logStreamName": "a", "timestamp": now_ms, "message": line(metrics).decode()}
            for metrics in ({"Ran": ("Count", 1)}, {"Ran": ("Count", 2)})
        ]
        exporter.look()
        exporter.look()
        text = httpx.get(f"http://127.0.0.1:{free_port}/metrics", timeout=5).text
    finally:
        exporter.stop()

    seen = parsed(text)
    request = (("method", "GET"), ("process", "gateway.0"), ("resource", "/orders"))
    partition = (("function", "shop-orders"), ("partition", "1"), ("topic", "orders"))
    answered = (*request, ("stage", "v1"), ("status", "200"))
    assert seen["dataplane_http_request_seconds_count", answered] == 1
    assert seen["dataplane_http_connections", (("process", "gateway.0"),)] == 3
    assert seen["dataplane_partition_lag", partition] == 12
    assert seen["dataplane_partition_errors_total", partition] == 2
    counted = (("function", "shop-orders"), ("mapping", "m"))
    assert seen["dataplane_event_source_polled_events_total", counted] == 7
    assert not any("n" in dict(labels).values() for _, labels in seen)
    assert seen["dataplane_ready", ()] == 0
    assert 50 <= seen["dataplane_status_age_seconds", (("process", "poller"),)] < 60
    assert seen["dataplane_process_cpu_seconds_total", (("process", "poller"),)] > 0
    # Read twice, counted once.
    assert seen["shop_ran_total", ORDERS] == 3


def test_a_taken_port_is_named(tmp_path: Path, free_port: int) -> None:
    layout = StateFolder(tmp_path)
    layout.prepare()
    first = Exporter(layout, Logs(), free_port)
    try:
        with pytest.raises(OSError, match=rf"port {free_port} on .* is taken; .* --metrics-port"):
            Exporter(layout, Logs(), free_port)
    finally:
        first.stop()


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
