"""What starts functions without a client: the log and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cdk.config import (
    COMMANDS_TOPIC,
    CONSUMER_GROUP,
    EVENTS_TOPIC,
    AwsStage,
    KafkaSecurity,
    LocalStage,
)
from infra.cdk.specs import FunctionSpec

if TYPE_CHECKING:
    from infra.cdk.streaming import Log

# The most that a mapping takes. Without a number, a mapping with a destination gives up after ten,
# and a command that is given up is overtaken by those behind it.
RETRIES = 10_000


@dataclass(frozen=True, slots=True)
class Feed:
    """A topic and how its records are handed over.

    Parameters
    ----------
    name
        What is fed, in the construct's name.
    topic, group
        The topic, and the consumer group that keeps its offsets.
    batch_size
        Records of a batch at most.
    window_s
        For how long records are gathered, in seconds.
    """

    name: str
    topic: str
    group: str
    batch_size: int
    window_s: int


COMMANDS = Feed("Commands", COMMANDS_TOPIC, CONSUMER_GROUP, 500, 0)
# Gathered for a second: most events are wanted by nobody, and large batches of those cost little.
EVENTS = Feed("Events", EVENTS_TOPIC, "ledgerlane-webhooks", 2000, 1)

_Mapping = lambda_.CfnEventSourceMapping


def _common(function: lambda_.Function, feed: Feed) -> dict[str, Any]:
    """Return what a mapping has wherever the brokers are."""
    return {
        "function_name": function.function_name,
        "topics": [feed.topic],
        # LATEST can miss records when the mapping is made or changed.
        "starting_position": "TRIM_HORIZON",
        "batch_size": feed.batch_size,
        "maximum_batching_window_in_seconds": feed.window_s,
        # A failed record stops its partition there; what was done before it stays done.
        "function_response_types": ["ReportBatchItemFailures"],
        "enabled": True,
    }


def consume_locally(
    scope: Construct, config: LocalStage, function: lambda_.Function, feed: Feed
) -> None:
    """Feed a topic to a function, in order, a partition's batch at a time.

    The mapping is made at the lowest level, because `SelfManagedKafkaEventSource` refuses a
    broker that has neither a VPC nor a secret, as a local one has.
    """
    _Mapping(
        scope,
        f"{feed.name}Mapping",
        self_managed_event_source=_Mapping.SelfManagedEventSourceProperty(
            endpoints=_Mapping.EndpointsProperty(
                kafka_bootstrap_servers=list(config.kafka.bootstrap)
            )
        ),
        self_managed_kafka_event_source_config=(
            _Mapping.SelfManagedKafkaEventSourceConfigProperty(consumer_group_id=feed.group)
        ),
        # LocalStack refuses a mapping that leaves it out.
        source_access_configurations=[],
        **_common(function, feed),
    )


def consume(
    scope: Construct,
    config: AwsStage,
    function: lambda_.Function,
    feed: Feed,
    log: Log,
    failures: s3.IBucket,
) -> lambda_.CfnEventSourceMapping:
    """Feed a topic to a function by provisioned pollers.

    Parameters
    ----------
    log
        The `infra.cdk.streaming.Log` they read.
    failures
        Where a batch goes, records and all, that failed `RETRIES` times.
    """
    if log.security is KafkaSecurity.IAM:
        source: dict[str, Any] = {
            "event_source_arn": log.cluster_arn,
            "amazon_managed_kafka_event_source_config": (
                _Mapping.AmazonManagedKafkaEventSourceConfigProperty(consumer_group_id=feed.group)
            ),
        }
    else:
        assert log.secret is not None, "brokers of somebody else are signed in to by SCRAM"
        source = {
            "self_managed_event_source": _Mapping.SelfManagedEventSourceProperty(
                endpoints=_Mapping.EndpointsProperty(kafka_bootstrap_servers=list(log.bootstrap))
            ),
            "self_managed_kafka_event_source_config": (
                _Mapping.SelfManagedKafkaEventSourceConfigProperty(consumer_group_id=feed.group)
            ),
            # Brokers with public addresses: the pollers need no place in the VPC.
            "source_access_configurations": [
                _Mapping.SourceAccessConfigurationProperty(
                    type="SASL_SCRAM_512_AUTH", uri=log.secret.secret_arn
                )
            ],
        }
    return _Mapping(
        scope,
        f"{feed.name}Mapping",
        provisioned_poller_config=_Mapping.ProvisionedPollerConfigProperty(
            minimum_pollers=config.consumers.minimum_pollers,
            maximum_pollers=config.consumers.maximum_pollers,
        ),
        # A batch that makes the function itself fail is halved until it is found what does.
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=RETRIES,
        maximum_record_age_in_seconds=-1,
        destination_config=_Mapping.DestinationConfigProperty(
            on_failure=_Mapping.OnFailureProperty(destination=failures.bucket_arn)
        ),
        metrics_config=_Mapping.MetricsConfigProperty(
            metrics=["EventCount", "ErrorCount", "KafkaMetrics"]
        ),
        **_common(function, feed),
        **source,
    )


def every_minute(scope: Construct, function: lambda_.Function, spec: FunctionSpec) -> None:
    """Run a function each minute; a run that fails is made good by the next, not by a retry."""
    events.Rule(
        scope,
        f"{spec.name.capitalize()}Schedule",
        description=spec.description,
        schedule=events.Schedule.rate(Duration.minutes(1)),
        targets=[targets.LambdaFunction(function, retry_attempts=0)],
    )


def audit_every_day(scope: Construct, audit: lambda_.Function) -> None:
    """Run `audit` each day; a run that fails is tried again within the hour."""
    events.Rule(
        scope,
        "AuditSchedule",
        description="Proves that the books are right",
        schedule=events.Schedule.rate(Duration.days(1)),
        targets=[targets.LambdaFunction(audit, retry_attempts=2, max_event_age=Duration.hours(1))],
    )
