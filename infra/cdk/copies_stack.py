"""Where a stage's copies in another region are: a bucket for the log's archive, and their key.

It is deployed once, before the stage is told of its key (docs/aws.md). RDS keeps the copies of the
database's backups itself, encrypted by the same key.
"""

from __future__ import annotations

from aws_cdk import CfnOutput, Environment, Stack, Tags
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.cdk.buckets import make_archive
from infra.cdk.config import AwsStage
from infra.cdk.removal import removal_of_data


class CopiesStack(Stack):
    """The bucket and the key in the other region.

    Parameters
    ----------
    scope
        The CDK app.
    config
        A stage with an archive and copies.
    """

    def __init__(self, scope: Construct, config: AwsStage) -> None:
        assert config.copies is not None
        assert config.archive is not None, "checked when the stage was loaded"
        super().__init__(
            scope,
            f"{config.stack_name}-copies",
            stack_name=f"{config.stack_name}-copies",
            env=Environment(account=config.account, region=config.copies.region),
            description=f"Ledgerlane, stage {config.name}: copies in another region",
            termination_protection=config.is_locked,
            analytics_reporting=False,
        )
        key = kms.Key(
            self,
            "Key",
            alias=f"alias/{config.stack_name}-copies",
            description="Encrypts the copies of Ledgerlane's backups and archive",
            enable_key_rotation=True,
            removal_policy=removal_of_data(config),
        )
        make_archive(self, config.archive, key, name=config.copies.bucket_of(config))
        CfnOutput(self, "KeyArn", value=key.key_arn, description="For CopiesConfig.key_arn")
        Tags.of(self).add("application", "ledgerlane")
        Tags.of(self).add("stage", config.name)
