"""Signals of the API and of the functions behind it."""

from __future__ import annotations

from typing import Final

from infra.signals.cloudwatch import FIVE_MINUTES_S, Alarm, Formula, Metric, of_function
from infra.signals.panel import Line, Panel
from infra.signals.queries import COMMANDS, counted, per_second, quantile
from infra.signals.signal import Signal

_REQUESTS: Final = "dataplane_http_request_seconds"
_COUNT: Final = f"{_REQUESTS}_count"
_FAILED: Final = 'status=~"5.."'
_INVOCATIONS: Final = "dataplane_invocation_seconds"
_API: Final = 'function=~".*-api"'


def _of_api(name: str, statistic: str, scale: float = 1.0) -> Metric:
    return Metric("api", name, statistic, period_s=FIVE_MINUTES_S, scale=scale)


_FAILED_SHARE: Final = Formula(
    # A few failures among very few requests are no trend.
    "IF(requests > 20, 100 * failures / requests, 0)",
    (("failures", _of_api("5XXError", "Sum")), ("requests", _of_api("Count", "Sum"))),
    "% of responses that are 5xx",
    scale=100,
)

SIGNALS: Final = (
    Signal(
        name="api-5xx",
        meaning="The API returns 5xx for more than 1 in 100 requests",
        promise=14,
        panel="Failed requests",
        legend="5xx",
        query=f"({per_second(_COUNT, _FAILED)} or vector(0)) / {per_second(_COUNT)}",
        unit="percentunit",
        threshold=0.01,
        for_s=15,
        alarm=Alarm(_FAILED_SHARE, periods=2),
    ),
    Signal(
        name="api-latency",
        meaning="The API's 99th percentile is slow",
        promise=14,
        panel="Latency",
        legend="p99 of reads",
        query=quantile(0.99, _REQUESTS, 'method="GET"'),
        unit="s",
        threshold=1,
        for_s=60,
        severity="ticket",
        alarm=Alarm(
            _of_api("Latency", "p99", scale=1000),
            periods=2,
            threshold=lambda stage: stage.alarms.latency_p99_ms,
        ),
    ),
    *(
        Signal(
            name=f"{function}-throttles",
            meaning=f"The function {function} has reached its reserved concurrency",
            promise=promise,
            panel="Throttled",
            query=counted("dataplane_throttles_total", labels, "1m"),
            for_s=30,
            severity="ticket",
            alarm=Alarm(of_function(function, "Throttles"), periods=3),
        )
        for function, promise, labels in (("api", 14, _API), ("apply", 1, COMMANDS))
    ),
)

PANELS: Final = (
    Panel(
        "Requests",
        "Responses of the API, by status",
        ("overview", "api", "load"),
        unit="reqps",
        lines=(
            Line("{{status}}", per_second(_COUNT, by="status")),
            Line("all", metric=_of_api("Count", "Sum")),
            Line("4xx", metric=_of_api("4XXError", "Sum")),
            Line("5xx", metric=_of_api("5XXError", "Sum")),
        ),
    ),
    Panel(
        "Failed requests",
        "The share of responses that are 5xx",
        ("overview", "api", "load"),
        unit="percentunit",
    ),
    Panel(
        "Latency",
        "Durations of requests; the alert watches those that only read",
        ("overview", "api", "load"),
        unit="s",
        lines=tuple(
            Line(
                f"p{share * 100:g}",
                quantile(share, _REQUESTS),
                _of_api("Latency", f"p{share * 100:g}", scale=1000),
            )
            for share in (0.5, 0.99)
        ),
    ),
    Panel(
        "Requests by route",
        "The ten busiest routes",
        ("api",),
        unit="reqps",
        lines=(
            Line(
                "{{method}} {{resource}}",
                f"topk(10, {per_second(_COUNT, by='method, resource')})",
            ),
        ),
    ),
    Panel(
        "Latency by route",
        "The 99th percentile of the ten slowest routes",
        ("api",),
        unit="s",
        lines=(
            Line(
                "{{method}} {{resource}}",
                f"topk(10, {quantile(0.99, _REQUESTS, by='method, resource')} > 0)",
            ),
        ),
    ),
    Panel(
        "Connections",
        "Open connections, and requests in progress",
        ("api", "load"),
        lines=(
            Line("open", "sum(dataplane_http_connections)"),
            Line("in progress", "sum(dataplane_http_in_flight)"),
        ),
    ),
    Panel(
        "Invocations",
        "Invocations of the functions that the data plane runs",
        ("api",),
        unit="ops",
        lines=(Line("{{function}}", per_second(f"{_INVOCATIONS}_count", by="function")),),
    ),
    Panel(
        "Duration of invocations",
        "The 99th percentile by function",
        ("api",),
        unit="s",
        lines=(Line("{{function}}", quantile(0.99, _INVOCATIONS, by="function")),),
    ),
    Panel(
        "Throttled",
        "Invocations of the last minute that got no worker in time",
        ("api",),
    ),
    Panel(
        "Workers",
        "Workers of the data plane that were started or lost in the last five minutes",
        ("api",),
        lines=(
            Line("started", "sum(increase(dataplane_cold_starts_total[5m]))"),
            Line("lost", "sum(increase(dataplane_workers_lost_total[5m]))"),
        ),
    ),
    Panel(
        "Concurrency",
        "Invocations at the same time",
        ("api",),
        lines=tuple(
            Line(name, metric=of_function(name, "ConcurrentExecutions", "Maximum"))
            for name in ("api", "apply")
        ),
    ),
)
