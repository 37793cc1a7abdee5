"""The dashboard: what to check first, from the money down to the machines."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.cdk.monitoring import Watched

WIDTH = 8


def make_dashboard(
    scope: Construct, watched: Watched, alarms: Sequence[cloudwatch.IAlarm]
) -> cloudwatch.Dashboard:
    """Create the dashboard of a stage."""
    dashboard = cloudwatch.Dashboard(scope, "Dashboard", dashboard_name=watched.config.stack_name)
    dashboard.add_widgets(
        cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=3 * WIDTH, height=4)
    )
    w = watched
    for row in (
        (
            _graph("Commands", *_applied(w)),
            _graph("Accepted to applied, ms", *_latencies(w)),
            _graph("Lag, commands", w.function("apply", "OffsetLag", "Maximum")),
        ),
        (
            _graph("Requests", w.api.metric_count(), w.api.metric_client_error()),
            _graph("5xx", w.api.metric_server_error()),
            _graph("API latency, ms", *_api_latencies(w)),
        ),
        (
            _graph("Parked and missing", *_faults(w)),
            _graph("Swept", w.own("sweeper", "SweptOutbox", "Sum")),
            _graph("Concurrency", *_concurrency(w)),
        ),
        (
            _graph("Database CPU, %", w.server("CPUUtilization", "Average")),
            _graph("Connections", *_connections(w)),
            _graph(
                "Waiting for a connection, us", w.proxy("DatabaseConnectionsBorrowLatency", "p99")
            ),
        ),
        (
            _graph("Cache CPU, %", w.cache("EngineCPUUtilization", "Average")),
            _graph("Audit", w.own("audit", "AuditFindings", "Maximum")),
            _graph("Audited postings", w.own("audit", "AuditedPostings", "Maximum")),
        ),
    ):
        dashboard.add_widgets(*row)
    return dashboard


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=WIDTH, height=6)


def _applied(w: Watched) -> list[cloudwatch.IMetric]:
    names = ("Applied", "Refused", "Duplicates", "IdempotencyConflicts")
    return [w.own("apply", name, "Sum") for name in names]


def _faults(w: Watched) -> list[cloudwatch.IMetric]:
    return [w.own("apply", "Parked", "Sum"), w.own("apply", "MissingOffsets", "Maximum")]


def _latencies(w: Watched) -> list[cloudwatch.IMetric]:
    return [w.own("apply", "AcceptedToApplied", statistic) for statistic in ("p50", "p99")]


def _api_latencies(w: Watched) -> list[cloudwatch.IMetric]:
    return [w.api.metric_latency(statistic=statistic) for statistic in ("p50", "p99")]


def _concurrency(w: Watched) -> list[cloudwatch.IMetric]:
    return [w.function(name, "ConcurrentExecutions", "Maximum") for name in ("api", "apply")]


def _connections(w: Watched) -> list[cloudwatch.IMetric]:
    return [
        w.server("DatabaseConnections", "Maximum"),
        w.proxy("ClientConnections", "Maximum"),
        w.proxy("DatabaseConnectionsCurrentlySessionPinned", "Maximum"),
    ]
