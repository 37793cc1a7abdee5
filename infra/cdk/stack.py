"""The stack of a stage: it puts the concerns together and has none of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from aws_cdk import Environment, Stack, Tags
from constructs import Construct

from infra.cdk.api import rest_api
from infra.cdk.build_asset import Asset
from infra.cdk.config import StageConfig
from infra.cdk.consumers import consume_commands, consume_events, every_minute
from infra.cdk.data import database_secret
from infra.cdk.lambdas import FunctionFactory
from infra.cdk.migrations import run_migrations
from infra.cdk.routes import Route
from infra.cdk.specs import API, APPLY, MIGRATE, SWEEPER, WEBHOOKS


class LedgerlaneStack(Stack):
    """All of one stage.

    Parameters
    ----------
    scope
        The CDK app.
    config
        The stage.
    asset
        What the functions run from.
    routes
        The API's routes.
    source_root
        Where the migrations are read from.
    """

    def __init__(
        self,
        scope: Construct,
        config: StageConfig,
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
        factory = FunctionFactory(self, config, asset, database_secret(self, config))
        migrate = factory.make(replace(MIGRATE, timeout_s=config.migration_timeout_s))
        migration = run_migrations(self, config, migrate, asset, source_root)

        api = factory.make(API)
        apply = factory.make(APPLY)
        sweeper = factory.make(SWEEPER)
        webhooks = factory.make(WEBHOOKS)
        for function in (api, apply, sweeper, webhooks):
            function.node.add_dependency(migration)

        rest_api(self, config, api, routes)
        consume_commands(self, config, apply)
        consume_events(self, config, webhooks)
        every_minute(self, "Sweeper", sweeper, "Publishes what a crash left in the outbox")
        every_minute(self, "Webhooks", webhooks, "Sends again what webhooks did not take")

        Tags.of(self).add("application", "ledgerlane")
        Tags.of(self).add("stage", config.name)
