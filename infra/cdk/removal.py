"""What happens to data if its stack is deleted."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from infra.cdk.config import AwsStage

#: Data that is kept, except if the deployment that creates it fails: what such a deployment left
#: behind would have the names that the next attempt needs.
KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE


def removal_of_data(config: AwsStage) -> RemovalPolicy:
    """Return whether the stage's data is kept or deleted with its stack."""
    return KEPT if config.database.is_protected else RemovalPolicy.DESTROY
