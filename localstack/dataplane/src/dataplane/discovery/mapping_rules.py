"""Lambda's rules for Kafka event source mappings. Mappings that break them are not polled.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html and
https://docs.aws.amazon.com/lambda/latest/dg/services-kafka-parameters.html
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

from dataplane.model import KafkaMapping

_SERVED = frozenset(
    {
        "AmazonManagedKafkaEventSourceConfig",
        "BatchSize",
        "BisectBatchOnFunctionError",
        "DestinationConfig",
        "Enabled",
        "EventSourceArn",
        "FilterCriteria",
        "FunctionName",
        "FunctionResponseTypes",
        "KmsKeyArn",
        "MetricsConfig",
        "MaximumBatchingWindowInSeconds",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ProvisionedPollerConfig",
        "SelfManagedEventSource",
        "SelfManagedKafkaEventSourceConfig",
        "SourceAccessConfigurations",
        "StartingPosition",
        "StartingPositionTimestamp",
        "Tags",
        "Topics",
    }
)
# Properties that change only what is reported about a mapping.
_TELLING = frozenset({"LoggingConfig"})
_METRICS = ("EventCount", "ErrorCount", "KafkaMetrics")
# Properties that Lambda's API adds; emulators also add those of queues and streams.
_DESCRIBING = frozenset(
    {
        "EventSourceMappingArn",
        "FilterCriteriaError",
        "FunctionArn",
        "LastModified",
        "LastProcessingResult",
        "ResponseMetadata",
        "State",
        "StateTransitionReason",
        "UUID",
    }
)
_DEFAULTS: Mapping[str, tuple[Any, ...]] = {
    "ParallelizationFactor": (1,),
    "TumblingWindowInSeconds": (0,),
}
_WITHIN = {
    "SelfManagedEventSource": frozenset({"Endpoints"}),
    "SelfManagedKafkaEventSourceConfig": frozenset({"ConsumerGroupId"}),
    "AmazonManagedKafkaEventSourceConfig": frozenset({"ConsumerGroupId"}),
    "MetricsConfig": frozenset({"Metrics"}),
    "DestinationConfig": frozenset({"OnFailure", "OnSuccess"}),
    "FilterCriteria": frozenset({"Filters"}),
    "ProvisionedPollerConfig": frozenset({"MinimumPollers", "MaximumPollers"}),
}
_RANGES = {
    "BatchSize": (1, 10_000),
    "MaximumBatchingWindowInSeconds": (0, 300),
    "MaximumRetryAttempts": (-1, 10_000),
}
_POLLER_RANGES = {"MinimumPollers": (1, 200), "MaximumPollers": (1, 2000)}
_POSITIONS = ("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP")
_SHORTEST_AGE_S, _LONGEST_AGE_S = 60, 604_800
_TOPIC = re.compile(r"[^.][A-Za-z0-9\-_.]{0,248}")
_GROUP = re.compile(r"[A-Za-z0-9\-/*:_+=.@-]{1,200}")
_MAXIMUM_FILTERS = 5
_PARTIAL = "ReportBatchItemFailures"


def check(properties: dict[str, Any]) -> list[str]:
    """Check that Lambda would accept a mapping, and that the data plane supports it.

    Parameters
    ----------
    properties
        Resolved CloudFormation properties, or those from Lambda's API.

    Returns
    -------
    A line for each property that has no effect here.

    Raises
    ------
    ValueError
        With the first error.
    """
    given = {key: value for key, value in properties.items() if _says_something(key, value)}
    _check_names(given)
    _check_topics(given)
    _check_position(given)
    for name, (least, most) in _RANGES.items():
        _check_range(name, given.get(name), least, most)
    age = given.get("MaximumRecordAgeInSeconds")
    if age is not None and int(age) != -1:
        _check_range("MaximumRecordAgeInSeconds", age, _SHORTEST_AGE_S, _LONGEST_AGE_S)
    pollers = given.get("ProvisionedPollerConfig") or {}
    for name, (least, most) in _POLLER_RANGES.items():
        _check_range(name, pollers.get(name), least, most)
    if int(pollers.get("MinimumPollers") or 1) > int(pollers.get("MaximumPollers") or 200):
        raise ValueError("MinimumPollers is greater than MaximumPollers")
    if set(given.get("FunctionResponseTypes") or ()) - {_PARTIAL}:
        raise ValueError(f"FunctionResponseTypes can contain only {_PARTIAL}")
    if len((given.get("FilterCriteria") or {}).get("Filters") or ()) > _MAXIMUM_FILTERS:
        raise ValueError(f"FilterCriteria can have at most {_MAXIMUM_FILTERS} filters")
    metrics = (given.get("MetricsConfig") or {}).get("Metrics") or ()
    if set(metrics) - set(_METRICS):
        raise ValueError(f"MetricsConfig can contain only {', '.join(_METRICS)}")
    idle = sorted(given.keys() & _TELLING) + [name for name in _METRICS[1:] if name in metrics]
    return [f"{name} has no effect here" for name in idle]


def check_groups(mappings: Iterable[KafkaMapping]) -> tuple[list[KafkaMapping], list[str]]:
    """Keep the first mapping of each consumer group, because a group must be unique.

    Returns
    -------
    The mappings to poll, and a line for each other one.
    """
    kept: dict[str, KafkaMapping] = {}
    warnings = []
    for mapping in mappings:
        first = kept.setdefault(mapping.group_id, mapping)
        if first is not mapping:
            warnings.append(
                f"{mapping.logical_id} is not polled: {first.logical_id} already uses the consumer "
                f"group {mapping.group_id}"
            )
    return list(kept.values()), warnings


def _says_something(key: str, value: Any) -> bool:
    return (
        key not in _DESCRIBING
        and value not in (None, "", [], {})
        and value not in _DEFAULTS.get(key, ())
    )


def _check_names(given: dict[str, Any]) -> None:
    unknown = sorted(given.keys() - _SERVED - _TELLING)
    for outer, allowed in _WITHIN.items():
        inner = given.get(outer) or {}
        unknown += [f"{outer}.{n}" for n in sorted(inner.keys() - allowed) if inner[n]]
    if (given.get("DestinationConfig") or {}).get("OnSuccess"):
        unknown.append("DestinationConfig.OnSuccess")
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: not supported for Kafka")


def _check_topics(given: dict[str, Any]) -> None:
    topics = given.get("Topics") or []
    if len(topics) != 1:
        raise ValueError(f"Topics must have exactly one topic, not {len(topics)}")
    if not _TOPIC.fullmatch(str(topics[0])):
        raise ValueError(f"{topics[0]!r} is not a valid topic name")
    for outer in ("SelfManagedKafkaEventSourceConfig", "AmazonManagedKafkaEventSourceConfig"):
        group = (given.get(outer) or {}).get("ConsumerGroupId")
        if group and not _GROUP.fullmatch(str(group)):
            raise ValueError(f"{group!r} is not a valid ConsumerGroupId")


def _check_position(given: dict[str, Any]) -> None:
    position, stamp = given.get("StartingPosition"), given.get("StartingPositionTimestamp")
    if position not in _POSITIONS:
        raise ValueError(f"StartingPosition must be one of {', '.join(_POSITIONS)}")
    if (position == "AT_TIMESTAMP") != (stamp is not None):
        raise ValueError("AT_TIMESTAMP, and only it, needs a StartingPositionTimestamp")
    seconds = float(getattr(stamp, "timestamp", lambda: stamp or 0)())
    if seconds > time.time():
        raise ValueError("StartingPositionTimestamp is in the future")


def _check_range(name: str, value: Any, least: int, most: int) -> None:
    if value is not None and not least <= int(value) <= most:
        raise ValueError(f"{name} must be from {least} to {most}, not {value}")
