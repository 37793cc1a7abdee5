"""What starts functions without a client: the log and the clock."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.cdk.config import COMMANDS_TOPIC, CONSUMER_GROUP, StageConfig

APPLY_BATCH_SIZE = 500


def consume_commands(scope: Construct, config: StageConfig, apply: lambda_.Function) -> None:
    """Feed the topic of commands to `apply`, in order, a partition's batch at a time.

    The mapping is made at the lowest level, because `SelfManagedKafkaEventSource` refuses a
    broker that has neither a VPC nor a secret, as a local one has.
    """
    lambda_.CfnEventSourceMapping(
        scope,
        "CommandsMapping",
        function_name=apply.function_name,
        topics=[COMMANDS_TOPIC],
        self_managed_event_source=lambda_.CfnEventSourceMapping.SelfManagedEventSourceProperty(
            endpoints=lambda_.CfnEventSourceMapping.EndpointsProperty(
                kafka_bootstrap_servers=list(config.kafka.bootstrap)
            )
        ),
        self_managed_kafka_event_source_config=(
            lambda_.CfnEventSourceMapping.SelfManagedKafkaEventSourceConfigProperty(
                consumer_group_id=CONSUMER_GROUP
            )
        ),
        # LATEST can miss records when the mapping is made or changed.
        starting_position="TRIM_HORIZON",
        batch_size=APPLY_BATCH_SIZE,
        maximum_batching_window_in_seconds=0,
        # A failed record stops its partition there; what was applied before it stays applied.
        function_response_types=["ReportBatchItemFailures"],
        enabled=True,
    )


def sweep_every_minute(scope: Construct, sweeper: lambda_.Function) -> None:
    """Run `sweeper` each minute; a run that fails is made good by the next, not by a retry."""
    events.Rule(
        scope,
        "SweeperSchedule",
        description="Publishes what a crash left in the outbox",
        schedule=events.Schedule.rate(Duration.minutes(1)),
        targets=[targets.LambdaFunction(sweeper, retry_attempts=0)],
    )
