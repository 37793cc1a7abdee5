"""The stack of a stage on AWS that changes with the code. It combines the concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from aws_cdk import Environment, Stack, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from handlers.platform.bounds import DATABASE
from infra.cdk.alarms import make_alarms
from infra.cdk.archive import make_archive_readers, make_archiver
from infra.cdk.base_stack import BaseStack
from infra.cdk.build_asset import Asset
from infra.cdk.config import AwsStage
from infra.cdk.consumers import (
    ARCHIVING,
    COMMANDS,
    EVENTS,
    Feed,
    audit_every_day,
    consume,
    every_minute,
)
from infra.cdk.dashboard import make_dashboard
from infra.cdk.data import APPLICATION, OWNER, let_connect
from infra.cdk.explained import explain
from infra.cdk.front import make_front
from infra.cdk.lambdas import FunctionFactory, Placement, producers_last
from infra.cdk.migrations import run_migrations
from infra.cdk.monitoring import Watched
from infra.cdk.network import PROXY_PORT
from infra.cdk.operators import let_operators_invoke, make_operators
from infra.cdk.release import release, shift_gradually
from infra.cdk.resources import ask_bootstrap, make_topics
from infra.cdk.routes import Route
from infra.cdk.specs import API, APPLY, AUDIT, BOOTSTRAP, MIGRATE, SWEEPER, TOPICS, WEBHOOKS
from infra.cdk.streaming import CREATE, FOLLOW, PRODUCE, READ


class AppStack(Stack):
    """The functions of a stage, their triggers, their front end and their monitoring.

    Parameters
    ----------
    scope
        The CDK app.
    config
        The stage.
    base
        The stack with the network, data, log and cache.
    asset
        The functions' code.
    routes
        The API's routes.
    source_root
        The directory with the migrations.
    """

    def __init__(
        self,
        scope: Construct,
        config: AwsStage,
        base: BaseStack,
        asset: Asset,
        routes: Sequence[Route],
        source_root: Path,
    ) -> None:
        super().__init__(
            scope,
            config.stack_name,
            stack_name=config.stack_name,
            env=Environment(account=config.account, region=config.region),
            description=f"Ledgerlane, stage {config.name}",
            analytics_reporting=False,
        )
        self._config = config
        self._base = base
        network, reserved = base.network, config.reserved_concurrency
        outward = Placement(network.vpc, network.outward, network.outward_group, reserved)
        inward = Placement(network.vpc, network.functions, network.function_group, reserved)
        # External brokers are outside the VPC, so every function needs outbound access.
        self._placement = inward if base.log.cluster_arn else outward
        factory = FunctionFactory(self, config, asset, self._variables(asset), self._placement)
        topics = factory.make(TOPICS)
        base.log.grant(topics, CREATE)
        migrate = self._migrate(factory)
        first = (
            make_topics(self, config, topics),
            run_migrations(self, config, migrate, asset, source_root, self._further_poolers),
        )
        functions = {spec.name: factory.make(spec) for spec in (API, APPLY, SWEEPER, AUDIT)}
        functions["webhooks"] = factory.make(WEBHOOKS, placement=outward)
        for name, function in functions.items():
            let_connect(name, function, base.databases, APPLICATION)
        operators = make_operators(self, config, base, factory)
        if base.archive is not None:
            functions["archive"] = make_archiver(base, factory)
            operators |= make_archive_readers(base, factory)
        let_operators_invoke(
            self, config, {**operators, "audit": functions["audit"], "migrate": migrate}
        )
        for function in (*functions.values(), *operators.values()):
            function.node.add_dependency(*first)
        producers_last(functions)
        for name in ("api", "apply", "sweeper"):
            base.log.grant(functions[name], PRODUCE)
        for name in ("api", "apply", "webhooks"):
            base.log.grant(functions[name], READ)
        base.log.grant(functions["sweeper"], FOLLOW)
        for name in ("api", "apply"):
            base.cache.grant_connect(functions[name])

        alias = release(self, functions["api"])
        api = make_front(self, config, alias, routes)
        shift_gradually(self, config, alias)
        mapping_ids = {
            name: self._consume(functions[name], feed).attr_id
            for name, feed in (("apply", COMMANDS), ("webhooks", EVENTS), ("archive", ARCHIVING))
            if name in functions
        }
        every_minute(self, functions["sweeper"], SWEEPER)
        every_minute(self, functions["webhooks"], WEBHOOKS)
        audit_every_day(self, functions["audit"])
        watched = Watched(
            config, api, functions, mapping_ids, base.databases, base.log, base.cache.name
        )
        make_dashboard(self, watched, make_alarms(self, watched, base.key))

        Tags.of(self).add("application", "ledgerlane")
        Tags.of(self).add("stage", config.name)
        explain(
            self,
            "We adopt the newest runtime once its wheels exist; this one is supported until 2029",
            "AwsSolutions-L1",
        )

    def _variables(self, asset: Asset) -> dict[str, str]:
        """Return the services' addresses and the users to sign in as, without secrets."""
        base, config = self._base, self._config
        if base.log.security == "iam":
            factory = FunctionFactory(self, config, asset, {}, self._placement)
            bootstrap = ask_bootstrap(self, base.log, factory.make(BOOTSTRAP, is_in_vpc=False))
        else:
            bootstrap = ",".join(base.log.bootstrap)
        variables = {
            "DATABASE_HOST": base.databases[0].proxy.endpoint,
            "DATABASE_PORT": str(PROXY_PORT),
            "DATABASE_NAME": DATABASE,
            "DATABASE_IAM_USER": APPLICATION,
            "KAFKA_BOOTSTRAP": bootstrap,
            "KAFKA_SECURITY": base.log.security,
            "PARTITIONS": str(config.partitions),
            "REDIS_URL": base.cache.url,
            "REDIS_IAM_CACHE": base.cache.name,
        }
        if self._further_poolers:
            variables["DATABASE_SHARDS"] = self._further_poolers
        if not config.consumers.is_provisioned:
            variables["REPORTS_FAILURES"] = "false"
        if base.log.secret is not None:
            variables["KAFKA_SECRET_ARN"] = base.log.secret.secret_arn
        return variables

    @property
    def _further_poolers(self) -> str:
        return ",".join(database.address for database in self._base.databases[1:])

    def _migrate(self, factory: FunctionFactory) -> lambda_.Function:
        """Create the only function that signs in as the schema's owner."""
        databases = self._base.databases
        secrets = [database.application_secret.secret_arn for database in databases]
        migrate = factory.make(
            replace(MIGRATE, timeout_s=min(900, self._config.migration_timeout_s))
        )
        migrate.add_environment("MIGRATION_DATABASE_IAM_USER", OWNER)
        # It sets the password of the application's role, with which the poolers sign in.
        migrate.add_environment("APPLICATION_SECRET_ARN", ",".join(secrets))
        let_connect(MIGRATE.name, migrate, databases, OWNER)
        # Statements instead of a grant, which would add this role to the key's policy and make the
        # base stack depend on this one.
        for action, resource in (
            *(("secretsmanager:GetSecretValue", secret) for secret in secrets),
            ("kms:Decrypt", self._base.key.key_arn),
        ):
            migrate.add_to_role_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
        return migrate

    def _consume(self, function: lambda_.Function, feed: Feed) -> lambda_.CfnEventSourceMapping:
        """Connect a topic to a function, whose role Lambda's pollers assume."""
        log, failures = self._base.log, self._base.failures
        mapping = consume(self, self._config, function, feed, log, failures)
        statements = [*self._look_up_brokers()]
        if feed.is_provisioned(self._config):
            statements += self._put_aside()
        if statements:
            policy = iam.Policy(self, f"{feed.name}Pollers", statements=statements)
            assert isinstance(function.role, iam.Role)
            policy.attach_to_role(function.role)
            explain(
                policy,
                "Lambda chooses the names of the objects for failed batches; looking up a network "
                "accepts no resource",
                "AwsSolutions-IAM5[Resource::*]",
                f"AwsSolutions-IAM5[Resource::{self._base.exported(failures.bucket_arn)}/*]",
            )
            # Lambda tests the mapping when it is created, so its role must have the rights by then.
            mapping.node.add_dependency(policy)
        return mapping

    def _look_up_brokers(self) -> list[iam.PolicyStatement]:
        """Return the rights to find MSK's brokers."""
        if self._base.log.cluster_arn is None:
            return []
        return [
            iam.PolicyStatement(
                actions=[
                    "kafka:DescribeCluster",
                    "kafka:DescribeClusterV2",
                    "kafka:GetBootstrapBrokers",
                ],
                resources=[self._base.log.cluster_arn],
            ),
            # The pollers look up the brokers' network. These actions accept no resource.
            iam.PolicyStatement(
                actions=["ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"], resources=["*"]
            ),
        ]

    def _put_aside(self) -> list[iam.PolicyStatement]:
        """Return the rights to store batches that are given up."""
        failures = self._base.failures
        return [
            iam.PolicyStatement(actions=[action], resources=[resource])
            for action, resource in (
                ("s3:PutObject", failures.arn_for_objects("*")),
                ("s3:ListBucket", failures.bucket_arn),
                ("kms:GenerateDataKey", self._base.key.key_arn),
            )
        ]


def add_stage(
    scope: Construct,
    config: AwsStage,
    asset: Asset,
    routes: Sequence[Route],
    source_root: Path,
) -> tuple[BaseStack, AppStack]:
    """Create both stacks of a stage."""
    base = BaseStack(scope, config)
    return base, AppStack(scope, config, base, asset, routes, source_root)
