"""The endpoint that Prometheus scrapes."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from typing import Any, Final

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from dataplane.metrics.buckets import cumulative
from dataplane.metrics.elsewhere import Elsewhere
from dataplane.metrics.processes import usage
from dataplane.metrics.reported import Reported
from dataplane.report import collect
from dataplane.state_folder import StateFolder, read_json

_LOOPBACK: Final = "127.0.0.1"


class Exporter:
    """Serves the metrics of a data plane on loopback.

    Parameters
    ----------
    logs
        A client of the emulator's CloudWatch Logs.
    port
        The port to listen on.

    Raises
    ------
    OSError
        If the port is taken.
    """

    def __init__(self, layout: StateFolder, logs: Any, port: int) -> None:
        self._layout = layout
        self._reported = Reported(layout.function_logs)
        self._elsewhere = Elsewhere(logs, self._functions_elsewhere, self._reported)
        registry = CollectorRegistry()
        registry.register(self._reported)
        registry.register(_Processes(layout))
        try:
            self._server, self._thread = start_http_server(port, _LOOPBACK, registry)
        except OSError as error:
            raise OSError(
                f"port {port} on {_LOOPBACK} is taken; choose another with --metrics-port"
            ) from error

    def start(self) -> None:
        """Start to follow the logs."""
        self._reported.start()
        self._elsewhere.start()

    def look(self) -> None:
        """Read the reports since the last call."""
        self._reported.look()
        self._elsewhere.look()

    def stop(self) -> None:
        """End."""
        self._elsewhere.stop()
        self._reported.stop()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _functions_elsewhere(self) -> Collection[str]:
        """Return the deployed functions that the data plane does not run, so it has no logs."""
        deployment = read_json(self._layout.deployment) or {}
        here = {path.stem for path in self._layout.function_logs.glob("*.log")}
        return sorted(deployment.get("functions", {}).keys() - here)


class _Processes:
    """Converts the status files of the data plane's processes to metrics."""

    def __init__(self, layout: StateFolder) -> None:
        self._layout = layout

    def collect(self) -> Iterator[Metric]:
        """Yield the families, for Prometheus's client."""
        seen = collect(self._layout)
        ready = GaugeMetricFamily("dataplane_ready", "Whether the whole deployment is ready")
        ready.add_metric([], 1.0 if seen["ready"] else 0.0)
        yield ready
        age = GaugeMetricFamily(
            "dataplane_status_age_seconds",
            "Time since a process last wrote its status, normally each second",
            labels=["process"],
        )
        for name, status in seen["processes"].items():
            if status["alive"] and "at" in status:
                age.add_metric([name], max(0.0, time.time() - status["at"]))
        yield age
        gateways = {
            name: status
            for name, status in seen["processes"].items()
            if name.startswith("gateway") and status["alive"]
        }
        poller = seen["processes"].get("poller", {})
        yield from _requests(gateways)
        yield from _invocations({**gateways, "poller": poller})
        yield from _partitions(poller if poller.get("alive") else {})
        yield from _events(poller if poller.get("alive") else {})
        yield from self._usage()

    def _usage(self) -> Iterator[Metric]:
        cpu = CounterMetricFamily(
            "dataplane_process_cpu_seconds", "CPU time of a process", labels=["process"]
        )
        memory = GaugeMetricFamily(
            "dataplane_process_resident_bytes", "Memory of a process", labels=["process"]
        )
        files = GaugeMetricFamily(
            "dataplane_process_open_files", "Open files of a process", labels=["process"]
        )
        for path in sorted(self._layout.pids.glob("*.pid")):
            try:
                used = usage(int(path.read_text()))
            except (OSError, ValueError):
                continue
            if used is not None:
                cpu.add_metric([path.stem], used.cpu_s)
                memory.add_metric([path.stem], used.resident_bytes)
                files.add_metric([path.stem], used.open_files)
        yield from (cpu, memory, files)


def _requests(gateways: dict[str, dict[str, Any]]) -> Iterator[Metric]:
    """Yield the gateways' metrics. Each process has separate series, because it can restart."""
    latency = HistogramMetricFamily(
        "dataplane_http_request_seconds",
        "Durations of requests, by route and status",
        labels=["process", "stage", "method", "resource", "status"],
    )
    gauges = {
        name: GaugeMetricFamily(f"dataplane_http_{name}", text, labels=["process"])
        for name, text in (
            ("connections", "Open connections"),
            ("in_flight", "Requests in progress"),
        )
    }
    for process, status in gateways.items():
        for one in status.get("latencies", []):
            labels = [process, *(one[key] for key in ("stage", "method", "resource", "status"))]
            latency.add_metric(labels, cumulative(one["counts"]), one["sum_s"])
        for name, gauge in gauges.items():
            gauge.add_metric([process], status.get(name, 0))
    yield latency
    yield from gauges.values()


def _invocations(statuses: dict[str, dict[str, Any]]) -> Iterator[Metric]:
    durations = HistogramMetricFamily(
        "dataplane_invocation_seconds",
        "Durations of invocations",
        labels=["process", "function"],
    )
    counters = {
        name: CounterMetricFamily(f"dataplane_{name}", text, labels=["process", "function"])
        for name, text in (
            ("invocation_errors", "Invocations that failed"),
            ("invocation_timeouts", "Invocations that exceeded a timeout"),
            ("throttles", "Invocations over the reserved concurrency, or without a worker in time"),
            ("cold_starts", "Workers started"),
            ("workers_lost", "Workers that ended unexpectedly or were killed"),
        )
    }
    for process, status in statuses.items():
        for function, one in status.get("invocations", {}).items():
            durations.add_metric([process, function], cumulative(one["counts"]), one["sum_s"])
            for key, name in (
                ("errors", "invocation_errors"),
                ("timeouts", "invocation_timeouts"),
                ("throttles", "throttles"),
                ("cold_starts", "cold_starts"),
                ("lost", "workers_lost"),
            ):
                counters[name].add_metric([process, function], one.get(key, 0))
    yield durations
    yield from counters.values()


def _partitions(poller: dict[str, Any]) -> Iterator[Metric]:
    labels = ["function", "topic", "partition"]
    gauges = {
        key: GaugeMetricFamily(f"dataplane_partition_{key}", text, labels=labels)
        for key, text in (
            ("lag", "Records in the log that are not done"),
            ("queued", "Records read but not yet sent to the function"),
            ("in_flight", "Records that the function is processing"),
            ("attempts", "Consecutive failed attempts at the first record"),
            ("undelivered", "Records that the on-failure destination has not accepted"),
        )
    }
    counters = {
        key: CounterMetricFamily(f"dataplane_partition_{key}", text, labels=labels)
        for key, text in (
            ("done", "Records done"),
            ("batches", "Batches sent to the function"),
            ("errors", "Batches that failed completely or partially"),
            ("given_up", "Records given up"),
            ("filtered", "Records filtered out"),
        )
    }
    families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {**gauges, **counters}
    for mapping in poller.get("mappings", {}).values():
        for row in mapping["partitions"]:
            values = [mapping["function"], row["topic"], str(row["partition"])]
            for key, family in families.items():
                if row.get(key) is not None:
                    family.add_metric(values, row[key])
    yield from families.values()


def _events(poller: dict[str, Any]) -> Iterator[Metric]:
    """Yield the counters of mappings with the metric type EventCount, under Lambda's names."""
    counters = {
        key: CounterMetricFamily(
            f"dataplane_event_source_{key}_events", text, labels=["mapping", "function"]
        )
        for key, text in (
            ("polled", "Events read (PolledEventCount)"),
            ("filtered_out", "Events that a filter kept back (FilteredOutEventCount)"),
            ("invoked", "Events sent to the function, with repetitions (InvokedEventCount)"),
            ("failed_invoke", "Events whose invocation failed (FailedInvokeEventCount)"),
            ("dropped", "Events given up for their age or retries (DroppedEventCount)"),
            (
                "on_failure_destination_delivered",
                "Events sent to the destination (OnFailureDestinationDeliveredEventCount)",
            ),
        )
    }
    for name, mapping in poller.get("mappings", {}).items():
        for key, count in (mapping.get("events") or {}).items():
            counters[key].add_metric([name, mapping["function"]], count)
    yield from counters.values()
