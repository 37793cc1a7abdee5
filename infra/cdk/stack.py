"""The local stage's stack, which combines the concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from aws_cdk import CfnOutput, Environment, RemovalPolicy, Stack, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.cdk.api import rest_api
from infra.cdk.build_asset import Asset
from infra.cdk.config import LocalStage
from infra.cdk.consumers import (
    ARCHIVING,
    COMMANDS,
    EVENTS,
    audit_every_day,
    consume_locally,
    every_minute,
)
from infra.cdk.lambdas import FunctionFactory, producers_last
from infra.cdk.local_settings import SHARDS
from infra.cdk.migrations import run_migrations
from infra.cdk.routes import Route
from infra.cdk.specs import (
    API,
    APPLY,
    ARCHIVE,
    AUDIT,
    MIGRATE,
    OPERATORS,
    RESEND,
    SWEEPER,
    VERIFY_ARCHIVE,
    WEBHOOKS,
)


class LocalStageStack(Stack):
    """The local stage. Its services run beside the emulated cloud.

    Parameters
    ----------
    scope
        The CDK app.
    config
        The stage.
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
        config: LocalStage,
        asset: Asset,
        routes: Sequence[Route],
        source_root: Path,
    ) -> None:
        super().__init__(
            scope,
            config.stack_name,
            env=Environment(account=config.account, region=config.region),
            description=f"Ledgerlane, stage {config.name}",
            analytics_reporting=False,
        )
        # The secret exists before the stack, which refers to it by name. So its value is not in a
        # template, parameter or command line, and the first migration can use it.
        secret = secretsmanager.Secret.from_secret_name_v2(
            self, "DatabaseSecret", config.database_secret
        )
        factory = FunctionFactory(
            self, config, asset, {**config.services, "DATABASE_SECRET_ARN": secret.secret_arn}
        )
        migrate = factory.make(replace(MIGRATE, timeout_s=config.migration_timeout_s))
        secret.grant_read(migrate)
        shards = config.services.get(SHARDS, "")
        migration = run_migrations(self, config, migrate, asset, source_root, shards)

        always = (API, APPLY, SWEEPER, AUDIT, WEBHOOKS)
        archiving = (ARCHIVE, VERIFY_ARCHIVE, RESEND) if config.archives else ()
        functions = {s.name: factory.make(s) for s in (*always, *OPERATORS, *archiving)}
        for function in functions.values():
            secret.grant_read(function)
            function.node.add_dependency(migration)
        producers_last(functions)
        failures = s3.Bucket(self, "Failures", removal_policy=RemovalPolicy.DESTROY)
        _let_use(functions["replay"], failures, "FAILURES_BUCKET", "s3:GetObject")
        # It stays when archiving is switched off.
        archive = s3.Bucket(self, "Archive", removal_policy=RemovalPolicy.DESTROY)
        CfnOutput(self, "ArchiveBucket", value=archive.bucket_name)
        if config.archives:
            _let_use(functions["archive"], archive, "ARCHIVE_BUCKET", "s3:PutObject")
            for name in ("verify-archive", "resend"):
                _let_use(functions[name], archive, "ARCHIVE_BUCKET", "s3:GetObject")
            consume_locally(self, config, functions["archive"], ARCHIVING)

        rest_api(self, config, functions["api"], routes)
        consume_locally(self, config, functions["apply"], COMMANDS)
        consume_locally(self, config, functions["webhooks"], EVENTS)
        every_minute(self, functions["sweeper"], SWEEPER)
        every_minute(self, functions["webhooks"], WEBHOOKS)
        audit_every_day(self, functions["audit"])

        Tags.of(self).add("application", "ledgerlane")
        Tags.of(self).add("stage", config.name)


def _let_use(function: lambda_.Function, bucket: s3.Bucket, variable: str, action: str) -> None:
    """Name a bucket to a function, and let it do `action` with the objects."""
    function.add_environment(variable, bucket.bucket_name)
    for allowed, resource in (
        (action, bucket.arn_for_objects("*")),
        ("s3:ListBucket", bucket.bucket_arn),
    ):
        function.add_to_role_policy(iam.PolicyStatement(actions=[allowed], resources=[resource]))
