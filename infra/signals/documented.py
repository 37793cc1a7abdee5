"""The metrics of AWS that alarms watch, as AWS documents them: name, dimensions and page.

An alarm on a metric that nobody emits never rings, and CloudWatch does not complain. A test
compares the alarms in the templates with this list, and those on our own metrics with what
functions print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_LAMBDA: Final = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
_RDS: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide"
_MSK: Final = "https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html"
_CACHE: Final = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg"


@dataclass(frozen=True, slots=True)
class Documented:
    """Metrics of a namespace that have the same dimensions.

    Attributes
    ----------
    page
        Where AWS lists them.
    dimensions
        All dimensions of the metrics; with fewer, CloudWatch finds no data.
    names
        The metrics, each with the statistics that mean something.
    """

    page: str
    namespace: str
    dimensions: frozenset[str]
    names: dict[str, frozenset[str]]


def _listed(
    page: str, namespace: str, dimensions: tuple[str, ...], names: dict[str, str]
) -> Documented:
    statistics = {name: frozenset(text.split()) for name, text in names.items()}
    return Documented(page, namespace, frozenset(dimensions), statistics)


DOCUMENTED: Final = (
    _listed(
        _LAMBDA,
        "AWS/Lambda",
        ("FunctionName",),
        # A record of a self-managed or MSK topic that the function's mapping has not processed.
        {"Errors": "Sum", "Throttles": "Sum", "OffsetLag": "Maximum"},
    ),
    # Of an alias, which is the resource.
    _listed(_LAMBDA, "AWS/Lambda", ("FunctionName", "Resource"), {"Errors": "Sum"}),
    _listed(
        # Of the groups EventCount and ErrorCount, which a mapping asks for in its MetricsConfig.
        _LAMBDA + "#event-source-mapping-metrics",
        "AWS/Lambda",
        ("EventSourceMappingUUID",),
        {
            "FailedInvokeEventCount": "Sum",
            "OnFailureDestinationDeliveredEventCount": "Sum",
            "DroppedEventCount": "Sum",
            "PollingErrorCount": "Sum",
        },
    ),
    _listed(
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
        "api-gateway-metrics-and-dimensions.html",
        "AWS/ApiGateway",
        ("ApiName",),
        {"Count": "Sum", "5XXError": "Sum", "Latency": "p99"},
    ),
    _listed(
        f"{_RDS}/rds-metrics.html",
        "AWS/RDS",
        ("DBInstanceIdentifier",),
        {
            "CPUUtilization": "Average",
            "DatabaseConnections": "Maximum",
            "FreeStorageSpace": "Minimum",
            "FreeableMemory": "Average",
            "MaximumUsedTransactionIDs": "Maximum",
        },
    ),
    _listed(
        f"{_RDS}/rds-proxy.monitoring.html",
        "AWS/RDS",
        ("ProxyName",),
        {
            "ClientConnectionsSetupFailedAuth": "Sum",
            "DatabaseConnectionsSetupFailed": "Sum",
            # In microseconds.
            "DatabaseConnectionsBorrowLatency": "Average p99",
            "DatabaseConnectionsCurrentlySessionPinned": "Sum Maximum",
        },
    ),
    _listed(
        f"{_MSK}#default-metrics",
        "AWS/Kafka",
        ("Cluster Name",),
        {"ActiveControllerCount": "Maximum", "OfflinePartitionsCount": "Maximum"},
    ),
    _listed(
        f"{_MSK}#default-metrics",
        "AWS/Kafka",
        ("Cluster Name", "Broker ID"),
        {
            "CpuUser": "Average",
            "CpuSystem": "Average",
            "HeapMemoryAfterGC": "Maximum",
            "KafkaDataLogsDiskUsed": "Maximum",
            "UnderMinIsrPartitionCount": "Maximum",
            "UnderReplicatedPartitions": "Minimum",
        },
    ),
    _listed(
        # From Kafka 3.6 on, and from the monitoring level PER_BROKER on.
        f"{_MSK}#broker-metrics",
        "AWS/Kafka",
        ("Cluster Name", "Broker ID"),
        {"RemoteCopyLagBytes": "Minimum", "RemoteCopyErrorsPerSec": "Average"},
    ),
    _listed(
        f"{_CACHE}/CacheMetrics.Redis.html",
        "AWS/ElastiCache",
        ("CacheClusterId",),
        {"EngineCPUUtilization": "Average", "DatabaseMemoryUsagePercentage": "Maximum"},
    ),
)
