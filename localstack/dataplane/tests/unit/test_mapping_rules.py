"""Mappings that Lambda refuses, or with unknown properties, are not polled."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest

from dataplane.discovery import mapping_rules, mappings

GOOD: dict[str, Any] = {
    "FunctionName": "consume",
    "Topics": ["t"],
    "SelfManagedEventSource": {"Endpoints": {"KafkaBootstrapServers": ["a:1"]}},
    "StartingPosition": "LATEST",
}


def test_a_mapping_with_all_that_is_documented_is_taken() -> None:
    whole = {
        **GOOD,
        "BatchSize": "10000",
        "MaximumBatchingWindowInSeconds": 300,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": 60,
        "BisectBatchOnFunctionError": True,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "FilterCriteria": {"Filters": [{"Pattern": "{}"}] * 5},
        "DestinationConfig": {"OnFailure": {"Destination": "kafka://dead"}},
        "ProvisionedPollerConfig": {"MinimumPollers": 1, "MaximumPollers": 2000},
        "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "group-1"},
        "SourceAccessConfigurations": [],
        "Enabled": False,
        "Tags": [],
    }
    assert mapping_rules.check(whole) == []


def test_what_lambdas_api_adds_by_itself_does_not_count() -> None:
    described = {
        "UUID": "u",
        "State": "Enabled",
        "LastModified": datetime.datetime.now(datetime.UTC),
        "ParallelizationFactor": 1,
        "TumblingWindowInSeconds": 0,
        "Queues": [],
        "EventSourceArn": "",
        "ScalingConfig": None,
        "StartingPositionTimestamp": None,
    }
    assert mapping_rules.check({**GOOD, **described}) == []


def test_what_only_tells_about_a_mapping_is_taken_and_said() -> None:
    metrics = {"Metrics": ["EventCount", "KafkaMetrics", "ErrorCount"]}
    logging = {"SystemLogLevel": "INFO"}
    told = mapping_rules.check({**GOOD, "MetricsConfig": metrics, "LoggingConfig": logging})
    assert told == [
        f"{name} has no effect here" for name in ("LoggingConfig", "ErrorCount", "KafkaMetrics")
    ]
    assert mapping_rules.check({**GOOD, "MetricsConfig": {"Metrics": ["EventCount"]}}) == []


def test_a_metric_type_that_lambda_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="MetricsConfig can contain only EventCount"):
        mapping_rules.check({**GOOD, "MetricsConfig": {"Metrics": ["Everything"]}})


TOMORROW_S = time.time() + 86_400


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"BatchSize": 0}, "BatchSize must be .* not 0"),
        ({"BatchSize": 10_001}, "1 to 10000"),
        ({"MaximumBatchingWindowInSeconds": 301}, "MaximumBatchingWindowInSeconds"),
        ({"MaximumRecordAgeInSeconds": 59}, "60 to 604800"),
        ({"MaximumRecordAgeInSeconds": 604_801}, "MaximumRecordAgeInSeconds"),
        ({"MaximumRetryAttempts": 10_001}, "MaximumRetryAttempts"),
        ({"Topics": ["a", "b"]}, "exactly one topic"),
        ({"Topics": []}, "exactly one topic"),
        ({"Topics": ["a b"]}, "topic name"),
        ({"StartingPosition": None}, "StartingPosition must be one of"),
        ({"StartingPosition": "EARLIEST"}, "StartingPosition must be one of"),
        ({"StartingPosition": "AT_TIMESTAMP"}, "AT_TIMESTAMP, and only it"),
        ({"StartingPositionTimestamp": 1.0}, "AT_TIMESTAMP, and only it"),
        (
            {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": TOMORROW_S},
            "in the future",
        ),
        ({"ProvisionedPollerConfig": {"MinimumPollers": 201}}, "MinimumPollers"),
        ({"ProvisionedPollerConfig": {"MinimumPollers": 3, "MaximumPollers": 2}}, "greater than"),
        ({"FunctionResponseTypes": ["Streaming"]}, "only ReportBatchItemFailures"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "{}"}] * 6}}, "5 filters"),
        ({"ConsumptionMode": "Queue"}, "ConsumptionMode"),
        ({"Queues": ["q"]}, "Queues"),
        ({"TumblingWindowInSeconds": 30}, "TumblingWindowInSeconds"),
        ({"ParallelizationFactor": 2}, "ParallelizationFactor"),
        ({"ScalingConfig": {"MaximumConcurrency": 2}}, "ScalingConfig"),
        ({"DestinationConfig": {"OnSuccess": {"Destination": "arn"}}}, "OnSuccess"),
        (
            {"SelfManagedKafkaEventSourceConfig": {"SchemaRegistryConfig": {"a": 1}}},
            "SelfManagedKafkaEventSourceConfig.SchemaRegistryConfig",
        ),
        ({"SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "a b"}}, "ConsumerGroupId"),
    ],
)
def test_what_lambda_refuses_is_refused(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        mapping_rules.check({**GOOD, **changed})


def test_a_consumer_group_belongs_to_one_mapping() -> None:
    group = {"SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "shared"}}
    made = [
        mappings.from_properties(f"u{number}", f"M{number}", {**GOOD, **own}, ())
        for number, own in enumerate((group, {}, group))
    ]
    kept, (warning,) = mapping_rules.check_groups(made)
    assert [mapping.logical_id for mapping in kept] == ["M0", "M1"]
    assert warning == "M2 is not polled: M0 already uses the consumer group shared"
