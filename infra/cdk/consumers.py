"""The triggers of functions other than the API: event source mappings and schedules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from handlers.platform.bounds import (
    APPLY_GROUP,
    ARCHIVE_GROUP,
    COMMANDS_TOPIC,
    EVENTS_TOPIC,
    WEBHOOKS_GROUP,
)
from infra.cdk.config import AwsStage, LocalStage, StageConfig
from infra.cdk.explained import explain
from infra.cdk.specs import FunctionSpec

if TYPE_CHECKING:
    from infra.cdk.streaming import Log

# A mapping's maximum. By default, a mapping with a destination gives up after ten retries, and
# later commands overtake a command that is given up.
RETRIES = 10_000


@dataclass(frozen=True, slots=True)
class Feed:
    """A topic and the batching of its records.

    Parameters
    ----------
    name
        The name in the construct's id.
    topic, group
        The topic, and the consumer group of its offsets.
    batch_size
        The maximum number of records in a batch.
    window_s
        The batching window, in seconds.
    is_on_demand
        Whether on-demand pollers read it in every stage. They cost nothing, and retry a batch
        without an end.
    """

    name: str
    topic: str
    group: str
    batch_size: int
    window_s: int
    is_on_demand: bool = False

    def is_provisioned(self, config: AwsStage) -> bool:
        """Return whether pollers that are paid for by the hour read it in a stage."""
        return config.consumers.is_provisioned and not self.is_on_demand


COMMANDS = Feed("Commands", COMMANDS_TOPIC, APPLY_GROUP, 500, 0)
# A window of a second, because most events have no webhook, and large batches of them are cheap.
EVENTS = Feed("Events", EVENTS_TOPIC, WEBHOOKS_GROUP, 2000, 1)
# S3 is paid by the request, and losing the cluster loses what this window holds.
ARCHIVING = Feed("Archive", COMMANDS_TOPIC, ARCHIVE_GROUP, 5000, 10, is_on_demand=True)

_Mapping = lambda_.CfnEventSourceMapping


def _common(config: StageConfig, function: lambda_.Function, feed: Feed) -> dict[str, Any]:
    """Return the properties that all mappings share."""
    return {
        "function_name": function.function_name,
        "topics": [config.log_prefix + feed.topic],
        # LATEST can miss records when the mapping is created or changed.
        "starting_position": "TRIM_HORIZON",
        "batch_size": feed.batch_size,
        "maximum_batching_window_in_seconds": feed.window_s,
        "enabled": True,
    }


# Retry from the failed record on; earlier records of the batch stay done.
_REPORTING: dict[str, Any] = {"function_response_types": ["ReportBatchItemFailures"]}


def consume_locally(
    scope: Construct, config: LocalStage, function: lambda_.Function, feed: Feed
) -> None:
    """Connect a topic to a function, in order, one batch per partition at a time.

    This uses the low-level construct, because `SelfManagedKafkaEventSource` refuses a broker
    without a VPC and a secret, such as a local one.
    """
    mapping = _Mapping(
        scope,
        f"{feed.name}Mapping",
        self_managed_event_source=_Mapping.SelfManagedEventSourceProperty(
            endpoints=_Mapping.EndpointsProperty(
                kafka_bootstrap_servers=config.services["KAFKA_BOOTSTRAP"].split(",")
            )
        ),
        self_managed_kafka_event_source_config=(
            _Mapping.SelfManagedKafkaEventSourceConfigProperty(
                consumer_group_id=config.log_prefix + feed.group
            )
        ),
        source_access_configurations=[],
        **_common(config, function, feed),
        **_REPORTING,
    )
    reason = (
        "LocalStack refuses a mapping without the list, and a local broker needs no entry in it"
    )
    explain(mapping, reason, "CloudFormation-Validate::F3032")


def consume(
    scope: Construct,
    config: AwsStage,
    function: lambda_.Function,
    feed: Feed,
    log: Log,
    failures: s3.IBucket,
) -> lambda_.CfnEventSourceMapping:
    """Connect a topic to a function.

    Parameters
    ----------
    log
        The `infra.cdk.streaming.Log` to read.
    failures
        The bucket for batches, with their records, that failed `RETRIES` times. On-demand pollers
        give nothing up.
    """
    if log.security == "iam":
        source: dict[str, Any] = {
            "event_source_arn": log.cluster_arn,
            "amazon_managed_kafka_event_source_config": (
                _Mapping.AmazonManagedKafkaEventSourceConfigProperty(
                    consumer_group_id=config.log_prefix + feed.group
                )
            ),
        }
    else:
        assert log.secret is not None, "external brokers use SCRAM"
        source = {
            "self_managed_event_source": _Mapping.SelfManagedEventSourceProperty(
                endpoints=_Mapping.EndpointsProperty(kafka_bootstrap_servers=list(log.bootstrap))
            ),
            "self_managed_kafka_event_source_config": (
                _Mapping.SelfManagedKafkaEventSourceConfigProperty(
                    consumer_group_id=config.log_prefix + feed.group
                )
            ),
            # These brokers have public addresses, so the pollers need no access to the VPC.
            "source_access_configurations": [
                _Mapping.SourceAccessConfigurationProperty(
                    type="SASL_SCRAM_512_AUTH", uri=log.secret.secret_arn
                )
            ],
        }
    return _Mapping(
        scope,
        f"{feed.name}Mapping",
        **_common(config, function, feed),
        **source,
        **(_provisioned(config, failures) if feed.is_provisioned(config) else {}),
    )


def _provisioned(config: AwsStage, failures: s3.IBucket) -> dict[str, Any]:
    """Return what only provisioned pollers do."""
    return {
        **_REPORTING,
        "provisioned_poller_config": _Mapping.ProvisionedPollerConfigProperty(
            minimum_pollers=config.consumers.minimum_pollers,
            maximum_pollers=config.consumers.maximum_pollers,
        ),
        # If the function itself fails, halve the batch to find the record that causes it.
        "bisect_batch_on_function_error": True,
        "maximum_retry_attempts": RETRIES,
        "maximum_record_age_in_seconds": -1,
        "destination_config": _Mapping.DestinationConfigProperty(
            on_failure=_Mapping.OnFailureProperty(destination=failures.bucket_arn)
        ),
        "metrics_config": _Mapping.MetricsConfigProperty(
            metrics=["EventCount", "ErrorCount", "KafkaMetrics"]
        ),
    }


def every_minute(scope: Construct, function: lambda_.Function, spec: FunctionSpec) -> None:
    """Run a function each minute, without retries, because the next run does the same work."""
    events.Rule(
        scope,
        f"{spec.name.capitalize()}Schedule",
        description=spec.description,
        schedule=events.Schedule.rate(Duration.minutes(1)),
        targets=[targets.LambdaFunction(function, retry_attempts=0)],
    )


def audit_every_day(scope: Construct, audit: lambda_.Function) -> None:
    """Run `audit` each day. A failed run is retried within the hour."""
    events.Rule(
        scope,
        "AuditSchedule",
        description="Audits the books",
        schedule=events.Schedule.rate(Duration.days(1)),
        targets=[targets.LambdaFunction(audit, retry_attempts=2, max_event_age=Duration.hours(1))],
    )
