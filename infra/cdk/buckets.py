"""The buckets of a stage: batches that were given up, and the archive of the log."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cdk.config import ArchiveConfig
from infra.cdk.explained import explain
from infra.cdk.removal import KEPT

#: How long a version stays that was deleted or replaced, in days, once its lock has ended.
REPLACED_DAYS = 30


def make_failures(scope: Construct, key: kms.IKey) -> s3.Bucket:
    """Create the bucket of the batches that the event source mappings gave up."""
    failures = s3.Bucket(
        scope,
        "Failures",
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        enforce_ssl=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        versioned=True,
        # Commands that were given up are money, so the bucket outlives the stack.
        removal_policy=KEPT,
    )
    explain(
        failures,
        "Only Lambda's pollers write to it, and only after failures; an access log would be a "
        "second bucket that nobody reads",
        "AwsSolutions-S1",
    )
    return failures


def make_archive(scope: Construct, archive: ArchiveConfig, key: kms.IKey) -> s3.Bucket:
    """Create the bucket of the log's archive, which outlives the stack."""
    locked = Duration.days(archive.locked_days) if archive.locked_days else None
    bucket = s3.Bucket(
        scope,
        "Archive",
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        enforce_ssl=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        versioned=True,
        object_lock_enabled=locked is not None,
        # Governance rather than compliance: a wrong period in the configuration can be mended by
        # who has s3:BypassGovernanceRetention, which no role of the stage has.
        object_lock_default_retention=(
            s3.ObjectLockRetention.governance(locked) if locked is not None else None
        ),
        lifecycle_rules=[
            s3.LifecycleRule(
                id="colder",
                transitions=[
                    s3.Transition(
                        storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
                        transition_after=Duration.days(archive.colder_after_days),
                    )
                ],
                noncurrent_version_expiration=Duration.days(REPLACED_DAYS),
                abort_incomplete_multipart_upload_after=Duration.days(7),
            )
        ],
        removal_policy=KEPT,
    )
    explain(
        bucket,
        "One function writes to it, and its objects are locked or versioned; an access log would "
        "grow with every batch",
        "AwsSolutions-S1",
    )
    return bucket
