"""A custom resource that runs the database's migrations before new code takes traffic."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aws_cdk import CustomResource, Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.cdk.build_asset import Asset, source_files
from infra.cdk.config import StageConfig

MIGRATIONS = "handlers/platform/migrations/"


def run_migrations(
    scope: Construct,
    config: StageConfig,
    migrate: lambda_.Function,
    asset: Asset,
    source_root: Path,
    shards: str = "",
) -> CustomResource:
    """Create the resource that runs `migrate` on its creation and every change.

    Functions that take traffic depend on it. If a migration fails, the deployment fails, and they
    keep their code. It runs for each new asset, not only for new migrations, so that every
    deployment checks that the database matches its code. It also runs when `shards`, the addresses
    of further databases, change.
    """
    migration = CustomResource(
        scope,
        "Migration",
        resource_type="Custom::DatabaseMigration",
        service_token=migrate.function_arn,
        service_timeout=Duration.seconds(config.migration_timeout_s),
        properties={
            "MigrationsHash": migrations_hash(source_root),
            "CodeHash": asset.content_hash,
            **({"Shards": shards} if shards else {}),
        },
    )
    # The function must have the right to read its secret before its first call.
    migration.node.add_dependency(migrate)
    return migration


def migrations_hash(source_root: Path) -> str:
    """Hash the migrations, names and contents."""
    digest = hashlib.sha256()
    for name in source_files(source_root):
        if name.startswith(MIGRATIONS) and name.endswith(".sql"):
            content = hashlib.sha256((source_root / name).read_bytes()).hexdigest()
            digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()
