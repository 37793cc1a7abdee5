"""The only place that creates functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from handlers.platform.bounds import COMMANDS_TOPIC, EVENTS_TOPIC
from infra.cdk.build_asset import Asset
from infra.cdk.config import StageConfig
from infra.cdk.explained import explain
from infra.cdk.specs import FunctionSpec

_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    365: logs.RetentionDays.ONE_YEAR,
}
# The rights that Lambda needs to place a function in a VPC. They accept no ARN, or only an unknown
# one (AWS Lambda Developer Guide, "Giving Lambda functions access to resources in a VPC").
_PLACING = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


@dataclass(frozen=True, slots=True)
class Placement:
    """The network of functions on AWS, and their concurrency.

    Parameters
    ----------
    vpc, subnets, group
        The network.
    reserved
        The reserved concurrency by the function's name.
    """

    vpc: ec2.IVpc
    subnets: ec2.SubnetSelection
    group: ec2.ISecurityGroup
    reserved: Mapping[str, int]


class FunctionFactory:
    """Creates functions that share one asset, one environment and one way to log.

    Parameters
    ----------
    scope
        The stack.
    config
        The stage.
    asset
        The code.
    variables
        Environment variables of every function, in addition to `common_variables`.
    placement
        The network, on AWS.
    """

    def __init__(
        self,
        scope: Construct,
        config: StageConfig,
        asset: Asset,
        variables: Mapping[str, str],
        placement: Placement | None = None,
    ) -> None:
        self._scope = scope
        self._config = config
        self._environment = {**common_variables(config), **variables}
        self._placement = placement
        self._code = lambda_.Code.from_asset(str(asset.path), asset_hash=asset.content_hash)

    def make(
        self, spec: FunctionSpec, *, is_in_vpc: bool = True, placement: Placement | None = None
    ) -> lambda_.Function:
        """Create the function of `spec` with its role and log group."""
        name = f"{self._config.stack_name}-{spec.name}"
        identifier = spec.name.capitalize()
        placement = placement or self._placement
        log_group = logs.LogGroup(
            self._scope,
            f"{identifier}Logs",
            log_group_name=f"/aws/lambda/{name}",
            retention=_RETENTION[self._config.log_retention_days],
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = None if placement is None else self._role(identifier, log_group, is_in_vpc)
        where = placement if is_in_vpc else None
        return lambda_.Function(
            self._scope,
            f"{identifier}Function",
            function_name=name,
            description=spec.description,
            handler=spec.handler,
            code=self._code,
            runtime=lambda_.Runtime(self._config.runtime, lambda_.RuntimeFamily.PYTHON),
            architecture=lambda_.Architecture.custom(self._config.architecture),
            timeout=Duration.seconds(spec.timeout_s),
            memory_size=spec.memory_mb,
            environment={**self._environment, "POWERTOOLS_SERVICE_NAME": f"ledgerlane-{spec.name}"},
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE if self._config.tracing else lambda_.Tracing.DISABLED,
            role=role,
            vpc=where.vpc if where else None,
            vpc_subnets=where.subnets if where else None,
            security_groups=[where.group] if where else None,
            reserved_concurrent_executions=placement.reserved[spec.name] if placement else None,
        )

    def _role(self, identifier: str, log_group: logs.LogGroup, is_in_vpc: bool) -> iam.Role:
        """Create a role that can only write its own log.

        AWS's managed policies would allow every log group of the account.
        """
        role = iam.Role(
            self._scope,
            f"{identifier}Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        )
        log_group.grant_write(role)
        if is_in_vpc:
            role.add_to_policy(iam.PolicyStatement(actions=list(_PLACING), resources=["*"]))
        explain(
            role,
            "Placing functions in a VPC and sending traces accept no resource; their actions are "
            "listed, and no other statement has this resource",
            "AwsSolutions-IAM5[Resource::*]",
        )
        return role


def common_variables(config: StageConfig) -> dict[str, str]:
    """Return the environment variables that don't depend on the services' addresses."""
    variables = {
        "STAGE": config.name,
        "COMMANDS_TOPIC": config.log_prefix + COMMANDS_TOPIC,
        "EVENTS_TOPIC": config.log_prefix + EVENTS_TOPIC,
        "LOG_LEVEL": config.log_level,
        "POWERTOOLS_METRICS_NAMESPACE": config.metrics_namespace,
        **config.limits.variables(),
        "WEBHOOKS_ALLOW_LOOPBACK": str(config.webhooks_allow_loopback).lower(),
        "CORS_ORIGINS": ",".join(config.cors_origins),
    }
    if config.log_prefix:
        variables["LOG_PREFIX"] = config.log_prefix
    if config.traces is not None:
        variables |= config.traces.variables()
    if not config.tracing or config.traces is not None:
        variables["POWERTOOLS_TRACE_DISABLED"] = "true"
    return variables


def producers_last(functions: Mapping[str, lambda_.Function]) -> None:
    """Update the functions that send commands after the function that applies them.

    A command names the version of the rules that decides it, and the writer must know that version
    (docs/decisions/0090).
    """
    for name in ("api", "sweeper"):
        functions[name].node.add_dependency(functions["apply"])
