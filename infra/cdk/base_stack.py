"""The durable part of a stage on AWS: network, data, log, cache, and the key they share.

It is a separate stack, so that deploying code neither changes nor rolls back the data. The buckets
are here, because the endpoint's policy names them.
"""

from __future__ import annotations

from aws_cdk import Environment, Stack, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cdk.buckets import copying_to, make_archive, make_failures
from infra.cdk.cache import make_cache
from infra.cdk.config import AwsStage
from infra.cdk.data import explain_unprotected, make_databases
from infra.cdk.explained import explain
from infra.cdk.network import Network
from infra.cdk.removal import removal_of_data
from infra.cdk.streaming import make_log


class BaseStack(Stack):
    """The resources that outlive every version of the code.

    Parameters
    ----------
    scope
        The CDK app.
    config
        The stage.
    """

    def __init__(self, scope: Construct, config: AwsStage) -> None:
        super().__init__(
            scope,
            f"{config.stack_name}-base",
            stack_name=f"{config.stack_name}-base",
            env=Environment(account=config.account, region=config.region),
            description=f"Ledgerlane, stage {config.name}: network, data, log and cache",
            termination_protection=config.is_locked,
            analytics_reporting=False,
        )
        self.key = _key(self, config)
        self.network = Network(self, config)
        self.databases = make_databases(self, config, self.network, self.key)
        self.log = make_log(self, config, self.network, self.key)
        self.cache = make_cache(self, config, self.network, self.key)
        self.failures = make_failures(self, config, self.key)
        self.network.let_reach(self.failures)
        self.archive = self._make_archive(config)
        # CloudFormation accepts no tags on a proxy's target group, but the CDK would set them.
        untagged = ["AWS::RDS::DBProxyTargetGroup"]
        Tags.of(self).add("application", "ledgerlane", exclude_resource_types=untagged)
        Tags.of(self).add("stage", config.name, exclude_resource_types=untagged)
        if not config.database.is_protected:
            explain_unprotected(self)
        if config.database.instance_type is not None and not config.database.multi_az:
            explain(self, "The configuration requests a single zone", "AwsSolutions-RDS3")

    def _make_archive(self, config: AwsStage) -> s3.Bucket | None:
        if config.archive is None:
            return None
        copying = copying_to(self, config.copies, config) if config.copies is not None else None
        bucket = make_archive(self, config.archive, self.key, copying=copying)
        self.network.let_reach(bucket)
        return bucket

    def exported(self, value: str) -> str:
        """Return the name under which other stacks import a value, which cdk-nag shows."""
        name: str = self.resolve(self.export_value(value))["Fn::ImportValue"]
        return name


def _key(scope: Construct, config: AwsStage) -> kms.Key:
    key = kms.Key(
        scope,
        "Key",
        alias=f"alias/{config.stack_name}",
        description="Encrypts Ledgerlane's data at rest",
        enable_key_rotation=True,
        # Encrypted data can't be read without the key, so it is kept if the data is.
        removal_policy=removal_of_data(config),
    )
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AlarmsReachTheTopic",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["kms:Decrypt", "kms:GenerateDataKey*"],
            resources=["*"],
            conditions={"StringEquals": {"aws:SourceAccount": config.account}},
        )
    )
    return key
