"""What starts functions without a client: the log and the clock."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.cdk.config import COMMANDS_TOPIC, CONSUMER_GROUP, EVENTS_TOPIC, StageConfig

APPLY_BATCH_SIZE = 500
WEBHOOKS_GROUP = "ledgerlane-webhooks"
WEBHOOKS_BATCH_SIZE = 2000
#: Events are gathered for this long: most of them are wanted by nobody, and large batches of those
#: cost little.
WEBHOOKS_WINDOW_S = 1


def consume_commands(scope: Construct, config: StageConfig, apply: lambda_.Function) -> None:
    """Feed the topic of commands to `apply`, in order, a partition's batch at a time."""
    _consume(scope, config, "Commands", apply, COMMANDS_TOPIC, CONSUMER_GROUP, APPLY_BATCH_SIZE, 0)


def consume_events(scope: Construct, config: StageConfig, webhooks: lambda_.Function) -> None:
    """Feed the topic of events to `webhooks`."""
    _consume(
        scope,
        config,
        "Events",
        webhooks,
        EVENTS_TOPIC,
        WEBHOOKS_GROUP,
        WEBHOOKS_BATCH_SIZE,
        WEBHOOKS_WINDOW_S,
    )


def _consume(
    scope: Construct,
    config: StageConfig,
    name: str,
    function: lambda_.Function,
    topic: str,
    group: str,
    batch_size: int,
    window_s: int,
) -> None:
    """Map a topic to a function.

    The mapping is made at the lowest level, because `SelfManagedKafkaEventSource` refuses a
    broker that has neither a VPC nor a secret, as a local one has.
    """
    lambda_.CfnEventSourceMapping(
        scope,
        f"{name}Mapping",
        function_name=function.function_name,
        topics=[topic],
        self_managed_event_source=lambda_.CfnEventSourceMapping.SelfManagedEventSourceProperty(
            endpoints=lambda_.CfnEventSourceMapping.EndpointsProperty(
                kafka_bootstrap_servers=list(config.kafka.bootstrap)
            )
        ),
        self_managed_kafka_event_source_config=(
            lambda_.CfnEventSourceMapping.SelfManagedKafkaEventSourceConfigProperty(
                consumer_group_id=group
            )
        ),
        # LATEST can miss records when the mapping is made or changed.
        starting_position="TRIM_HORIZON",
        batch_size=batch_size,
        maximum_batching_window_in_seconds=window_s,
        # A failed record stops its partition there; what was applied before it stays applied.
        function_response_types=["ReportBatchItemFailures"],
        enabled=True,
    )


def every_minute(scope: Construct, name: str, function: lambda_.Function, description: str) -> None:
    """Run a function each minute; a run that fails is made good by the next, not by a retry."""
    events.Rule(
        scope,
        f"{name}Schedule",
        description=description,
        schedule=events.Schedule.rate(Duration.minutes(1)),
        targets=[targets.LambdaFunction(function, retry_attempts=0)],
    )
