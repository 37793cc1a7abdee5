"""The log: an MSK cluster with IAM, or external brokers."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_msk as msk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from handlers.platform.bounds import KafkaSecurity
from infra.cdk.config import (
    AwsStage,
    ExternalKafkaConfig,
    MskConfig,
    MskServerlessConfig,
)
from infra.cdk.explained import explain
from infra.cdk.network import DATA, Network
from infra.cdk.removal import removal_of_data

REPLICATION = 3
STORAGE_GROWTH = 4
STORAGE_TARGET_PERCENT = 60
BROKER_SETTINGS = {
    "auto.create.topics.enable": "false",
    "default.replication.factor": str(REPLICATION),
    "min.insync.replicas": "2",
    "unclean.leader.election.enable": "false",
    "log.message.timestamp.type": "LogAppendTime",
}


@dataclass(frozen=True, slots=True)
class Log:
    """The log, for functions, mappings and alarms.

    Parameters
    ----------
    security
        How clients sign in.
    cluster_arn, cluster_name
        MSK's cluster; None for external brokers.
    bootstrap
        The brokers' addresses; empty for MSK, where they are known only after its creation.
    secret
        The secret for SCRAM.
    """

    security: KafkaSecurity
    cluster_arn: str | None = None
    cluster_name: str | None = None
    bootstrap: tuple[str, ...] = ()
    secret: secretsmanager.ISecret | None = None

    def grant(self, function: lambda_.Function, actions: dict[str, list[str]]) -> None:
        """Allow `actions`, by ``cluster``, ``topic`` or ``group``, on Ledgerlane's names."""
        if self.secret is not None:
            self.secret.grant_read(function)
        if self.cluster_arn is None or self.cluster_name is None:
            return
        stack = Stack.of(function)
        base = f"arn:aws:kafka:{stack.region}:{stack.account}"
        # The last part of an ARN is a number that MSK assigns to the cluster.
        resources = {
            "cluster": self.cluster_arn,
            "topic": f"{base}:topic/{self.cluster_name}/*/ledger.*",
            "group": f"{base}:group/{self.cluster_name}/*/ledgerlane-*",
        }
        for kind, names in actions.items():
            function.add_to_role_policy(
                iam.PolicyStatement(
                    actions=[f"kafka-cluster:{name}" for name in names],
                    resources=[resources[kind]],
                )
            )
        assert function.role is not None
        explain(
            function.role,
            "The ARNs of topics and groups contain a number that MSK assigns to the cluster; the "
            "names before and after it are Ledgerlane's",
            f"AwsSolutions-IAM5[Resource::{resources['topic']}]",
            f"AwsSolutions-IAM5[Resource::{resources['group']}]",
        )


PRODUCE = {
    "cluster": ["Connect", "DescribeCluster", "WriteDataIdempotently"],
    "topic": ["DescribeTopic", "WriteData"],
}
READ = {
    "cluster": ["Connect", "DescribeCluster"],
    "topic": ["DescribeTopic", "ReadData"],
    "group": ["AlterGroup", "DescribeGroup"],
}
#: To see where a group is. The log's metrics of its lag say nothing while nobody reads.
FOLLOW = {"group": ["DescribeGroup"]}
CREATE = {
    "cluster": ["Connect", "DescribeCluster"],
    "topic": [
        "CreateTopic",
        "DescribeTopic",
        "DescribeTopicDynamicConfiguration",
        "AlterTopicDynamicConfiguration",
    ],
}

GROW = {
    "cluster": ["Connect", "DescribeCluster", "WriteDataIdempotently"],
    "topic": ["AlterTopic", "DescribeTopic", "WriteData"],
    "group": ["DescribeGroup"],
}
OFFSETS = {
    "cluster": ["Connect", "DescribeCluster"],
    "topic": ["DescribeTopic", "ReadData"],
    "group": ["AlterGroup", "DescribeGroup"],
}


def make_log(scope: Construct, config: AwsStage, network: Network, key: kms.IKey) -> Log:
    """Create the log of the stage's configuration."""
    kafka = config.kafka
    if isinstance(kafka, ExternalKafkaConfig):
        secret = secretsmanager.Secret.from_secret_name_v2(scope, "KafkaSecret", kafka.secret_name)
        return Log("scram", bootstrap=kafka.bootstrap, secret=secret)
    if isinstance(kafka, MskServerlessConfig):
        return _serverless(scope, config, network)
    return _provisioned(scope, config, kafka, network, key)


def _subnets(network: Network) -> list[str]:
    return network.vpc.select_subnets(subnet_group_name=DATA).subnet_ids


def _serverless(scope: Construct, config: AwsStage, network: Network) -> Log:
    cluster = msk.CfnServerlessCluster(
        scope,
        "Log",
        cluster_name=config.stack_name,
        client_authentication={"sasl": {"iam": {"enabled": True}}},
        vpc_configs=[
            msk.CfnServerlessCluster.VpcConfigProperty(
                subnet_ids=_subnets(network),
                security_groups=[network.kafka_group.security_group_id],
            )
        ],
    )
    # It holds the ledger, so deleting its stack keeps it, unless the stage is not protected.
    cluster.apply_removal_policy(removal_of_data(config))
    return Log("iam", cluster.attr_arn, config.stack_name)


def _provisioned(
    scope: Construct, config: AwsStage, kafka: MskConfig, network: Network, key: kms.IKey
) -> Log:
    name = config.stack_name + (f"-{kafka.generation}" if kafka.generation > 1 else "")
    settings = msk.CfnConfiguration(
        scope,
        "LogSettings",
        # Without a list of versions, which can't be changed under the same name, the settings serve
        # every version, so that an upgrade changes the cluster alone.
        name=name,
        server_properties="".join(f"{name}={value}\n" for name, value in BROKER_SETTINGS.items()),
    )
    log_group = logs.LogGroup(
        scope,
        "BrokerLogs",
        log_group_name=f"/ledgerlane/{config.name}/brokers",
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=RemovalPolicy.DESTROY,
    )
    cluster = msk.CfnCluster(
        scope,
        "Log",
        cluster_name=name,
        kafka_version=kafka.version,
        number_of_broker_nodes=len(config.network.zones),
        broker_node_group_info=msk.CfnCluster.BrokerNodeGroupInfoProperty(
            instance_type=kafka.broker_type,
            client_subnets=_subnets(network),
            security_groups=[network.kafka_group.security_group_id],
            storage_info=msk.CfnCluster.StorageInfoProperty(
                ebs_storage_info=msk.CfnCluster.EBSStorageInfoProperty(volume_size=kafka.storage_gb)
            ),
        ),
        client_authentication=msk.CfnCluster.ClientAuthenticationProperty(
            sasl=msk.CfnCluster.SaslProperty(iam=msk.CfnCluster.IamProperty(enabled=True)),
            unauthenticated=msk.CfnCluster.UnauthenticatedProperty(enabled=False),
        ),
        encryption_info=msk.CfnCluster.EncryptionInfoProperty(
            encryption_at_rest=msk.CfnCluster.EncryptionAtRestProperty(
                data_volume_kms_key_id=key.key_arn
            ),
            encryption_in_transit=msk.CfnCluster.EncryptionInTransitProperty(
                client_broker="TLS", in_cluster=True
            ),
        ),
        configuration_info=msk.CfnCluster.ConfigurationInfoProperty(
            arn=settings.attr_arn, revision=settings.attr_latest_revision_revision
        ),
        enhanced_monitoring="PER_TOPIC_PER_BROKER",
        storage_mode="TIERED" if kafka.is_tiered else "LOCAL",
        logging_info=msk.CfnCluster.LoggingInfoProperty(
            broker_logs=msk.CfnCluster.BrokerLogsProperty(
                cloud_watch_logs=msk.CfnCluster.CloudWatchLogsProperty(
                    enabled=True, log_group=log_group.log_group_name
                )
            )
        ),
    )
    cluster.apply_removal_policy(removal_of_data(config))
    _grow_storage(scope, cluster, kafka)
    return Log("iam", cluster.attr_arn, name)


def _grow_storage(scope: Construct, cluster: msk.CfnCluster, kafka: MskConfig) -> None:
    """Let the brokers' volumes grow automatically. They never shrink."""
    target = scaling.ScalableTarget(
        scope,
        "LogStorage",
        service_namespace=scaling.ServiceNamespace.KAFKA,
        resource_id=cluster.attr_arn,
        scalable_dimension="kafka:broker-storage:VolumeSize",
        min_capacity=1,
        max_capacity=kafka.storage_gb * STORAGE_GROWTH,
    )
    target.scale_to_track_metric(
        "Used",
        predefined_metric=scaling.PredefinedMetric.KAFKA_BROKER_STORAGE_UTILIZATION,
        target_value=STORAGE_TARGET_PERCENT,
        disable_scale_in=True,
    )
