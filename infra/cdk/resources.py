"""The other custom resources on AWS: the brokers' addresses and the topics."""

from __future__ import annotations

import json

from aws_cdk import CustomResource, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from handlers.platform.bounds import FOR_EVER, RETENTION
from infra.cdk.config import AwsStage, MskConfig, MskServerlessConfig
from infra.cdk.streaming import REPLICATION, Log

COMMON = {
    "cleanup.policy": "delete",
    "min.insync.replicas": "2",
    # A posting's time is that of its record, so the brokers must set it.
    "message.timestamp.type": "LogAppendTime",
}
# With tiered storage, the brokers' disks hold three days, and object storage holds the rest.
TIERED = {"remote.storage.enable": "true", "local.retention.ms": str(3 * 24 * 3600 * 1000)}


def ask_bootstrap(scope: Construct, log: Log, function: lambda_.Function) -> str:
    """Return the brokers' addresses, which CloudFormation does not provide for MSK."""
    assert log.cluster_arn is not None
    function.add_to_role_policy(
        iam.PolicyStatement(actions=["kafka:GetBootstrapBrokers"], resources=[log.cluster_arn])
    )
    resource = CustomResource(
        scope,
        "Bootstrap",
        resource_type="Custom::KafkaBootstrap",
        service_token=function.function_arn,
        service_timeout=Duration.seconds(60),
        properties={"ClusterArn": log.cluster_arn},
    )
    resource.node.add_dependency(function)
    return resource.get_att_string("Bootstrap")


def make_topics(scope: Construct, config: AwsStage, function: lambda_.Function) -> CustomResource:
    """Create the topics. The deployment fails if an existing partition count differs."""
    resource = CustomResource(
        scope,
        "Topics",
        resource_type="Custom::KafkaTopics",
        service_token=function.function_arn,
        service_timeout=Duration.seconds(180),
        properties={
            "Partitions": str(config.partitions),
            "Replication": str(REPLICATION),
            "Topics": json.dumps(topics(config), sort_keys=True),
            **({"DeletesTopics": "true"} if config.is_ephemeral else {}),
        },
    )
    resource.node.add_dependency(function)
    return resource


def topics(config: AwsStage) -> dict[str, dict[str, str]]:
    """Return the settings of each topic."""
    is_tiered = isinstance(config.kafka, MskConfig) and config.kafka.is_tiered
    tiered = TIERED if is_tiered else {}
    common = dict(COMMON)
    if isinstance(config.kafka, MskServerlessConfig):
        # Serverless MSK always has three replicas, two of them in sync, and accepts no settings.
        del common["min.insync.replicas"]
    return {
        config.log_prefix + name: {**common, **kept, **(tiered if kept is FOR_EVER else {})}
        for name, kept in RETENTION.items()
    }
