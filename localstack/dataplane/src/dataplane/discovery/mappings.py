"""Kafka event source mappings, from a template's properties or Lambda's API."""

from __future__ import annotations

from typing import Any

from dataplane.model import KafkaMapping

# Lambda's default for Kafka; SQS and streams have 10.
_DEFAULT_BATCH_SIZE = 100
# On AWS, with an on-failure destination, "no limit" silently becomes ten attempts.
_RETRIES_WITH_DESTINATION = 10
_MAXIMUM_POLLERS = 200


def is_kafka(properties: dict[str, Any]) -> bool:
    """Whether a mapping's properties describe a Kafka source."""
    return bool(properties.get("SelfManagedEventSource")) or ":kafka:" in str(
        properties.get("EventSourceArn") or ""
    )


def from_properties(
    uuid: str,
    logical_id: str,
    properties: dict[str, Any],
    bootstrap_servers: tuple[str, ...],
) -> KafkaMapping:
    """Build a mapping from resolved CloudFormation properties.

    Parameters
    ----------
    uuid
        The mapping's id in Lambda, and its consumer group by default, as on AWS.
    bootstrap_servers
        The brokers for MSK, whose properties name only a cluster; else empty.

    Raises
    ------
    ValueError
        If the mapping has no topic or no broker.
    """
    arn = properties.get("EventSourceArn") or None
    servers = _bootstrap(properties) or bootstrap_servers
    topics = tuple(properties.get("Topics") or ())
    if not topics or not servers:
        raise ValueError(f"event source mapping {logical_id} names no topic or no broker")
    failing = (properties.get("DestinationConfig") or {}).get("OnFailure") or {}
    # An empty string removes a destination.
    on_failure = failing.get("Destination") or None
    retries = _number(properties, "MaximumRetryAttempts", -1)
    window = properties.get("MaximumBatchingWindowInSeconds")
    stamp = properties.get("StartingPositionTimestamp")
    pollers = properties.get("ProvisionedPollerConfig") or {}
    metrics = properties.get("MetricsConfig") or {}
    return KafkaMapping(
        uuid=uuid,
        logical_id=logical_id,
        function=function_name(properties["FunctionName"]),
        topics=topics,
        bootstrap_servers=servers,
        group_id=_group_id(properties) or uuid,
        event_source_arn=arn,
        enabled=str(properties.get("Enabled", True)).lower() == "true",
        batch_size=_number(properties, "BatchSize", _DEFAULT_BATCH_SIZE),
        batching_window_s=None if window is None else float(window),
        starting_position=properties.get("StartingPosition", "TRIM_HORIZON"),
        starting_timestamp_s=None if stamp is None else _seconds(stamp),
        partial_responses="ReportBatchItemFailures"
        in (properties.get("FunctionResponseTypes") or ()),
        bisect_on_error=str(properties.get("BisectBatchOnFunctionError", False)).lower() == "true",
        maximum_retry_attempts=(
            _RETRIES_WITH_DESTINATION if on_failure and retries < 0 else retries
        ),
        maximum_record_age_s=_number(properties, "MaximumRecordAgeInSeconds", -1),
        on_failure_arn=on_failure,
        filters=_filters(properties),
        source_access=tuple(
            (access["Type"], str(access.get("URI", "")))
            for access in properties.get("SourceAccessConfigurations") or ()
        ),
        minimum_pollers=_number(pollers, "MinimumPollers", 1) if pollers else None,
        maximum_pollers=_number(pollers, "MaximumPollers", _MAXIMUM_POLLERS) if pollers else None,
        counts_events="EventCount" in (metrics.get("Metrics") or ()),
    )


def provisioned_only(mapping: KafkaMapping) -> list[str]:
    """Return a mapping's features that AWS supports only in provisioned mode, if it is not in it.

    They work here, but AWS would refuse to create the mapping, and `cdk synth` does not detect it.
    """
    if mapping.minimum_pollers is not None:
        return []
    asked = {
        "ReportBatchItemFailures": mapping.partial_responses,
        "MaximumRetryAttempts": mapping.maximum_retry_attempts >= 0 and not mapping.on_failure_arn,
        "MaximumRecordAgeInSeconds": mapping.maximum_record_age_s >= 0,
        "BisectBatchOnFunctionError": mapping.bisect_on_error,
        "a Kafka topic as destination": (mapping.on_failure_arn or "").startswith("kafka://"),
    }
    return [name for name, is_asked in asked.items() if is_asked]


def function_name(reference: str) -> str:
    """Return the function's name from a name, an ARN or a qualified ARN."""
    if ":function:" in reference:
        return reference.split(":function:", 1)[1].split(":", 1)[0]
    return reference.split(":", 1)[0]


def _bootstrap(properties: dict[str, Any]) -> tuple[str, ...]:
    endpoints = (properties.get("SelfManagedEventSource") or {}).get("Endpoints") or {}
    # CloudFormation uses the first form, Lambda's API the second.
    servers = endpoints.get("KafkaBootstrapServers") or endpoints.get("KAFKA_BOOTSTRAP_SERVERS")
    return tuple(
        part.strip() for server in servers or () for part in server.split(",") if part.strip()
    )


def _group_id(properties: dict[str, Any]) -> str | None:
    for key in ("SelfManagedKafkaEventSourceConfig", "AmazonManagedKafkaEventSourceConfig"):
        group = (properties.get(key) or {}).get("ConsumerGroupId")
        if group:
            return str(group)
    return None


def _filters(properties: dict[str, Any]) -> tuple[str, ...]:
    criteria = (properties.get("FilterCriteria") or {}).get("Filters") or ()
    return tuple(entry["Pattern"] for entry in criteria if entry.get("Pattern"))


def _seconds(stamp: Any) -> float:
    """Parse a time: seconds since 1970 in a template, a datetime from Lambda's API."""
    return stamp.timestamp() if hasattr(stamp, "timestamp") else float(stamp)


def _number(properties: dict[str, Any], key: str, default: int) -> int:
    value = properties.get(key)
    return default if value is None else int(value)
