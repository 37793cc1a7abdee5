"""The buckets of a stage: batches that were given up, and the archive of the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cdk.config import ArchiveConfig, AwsStage, CopiesConfig
from infra.cdk.explained import explain
from infra.cdk.removal import KEPT

#: How long a version stays that was deleted or replaced, in days, once its lock has ended.
REPLACED_DAYS = 30
#: What S3 reads of an object to copy it with its tags and its lock.
_COPIED = (
    "s3:GetObjectLegalHold",
    "s3:GetObjectRetention",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionTagging",
)


def _bucket(scope: Construct, name: str, key: kms.IKey, **more: Any) -> s3.Bucket:
    """Create an encrypted bucket that keeps every version and that nobody else sees."""
    return s3.Bucket(
        scope,
        name,
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        enforce_ssl=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        versioned=True,
        **more,
    )


def make_failures(scope: Construct, config: AwsStage, key: kms.IKey) -> s3.Bucket:
    """Create the bucket of the batches that the event source mappings gave up."""
    failures = _bucket(
        scope,
        "Failures",
        key,
        # Commands that were given up are money, so the bucket outlives the stack.
        removal_policy=RemovalPolicy.DESTROY if config.is_ephemeral else KEPT,
    )
    explain(
        failures,
        "Only Lambda's pollers write to it, and only after failures; an access log would be a "
        "second bucket that nobody reads",
        "AwsSolutions-S1",
    )
    return failures


def make_archive(
    scope: Construct,
    archive: ArchiveConfig,
    key: kms.IKey,
    *,
    name: str | None = None,
    copying: Copying | None = None,
) -> s3.Bucket:
    """Create the bucket of the log's archive, or of its copy, which outlives the stack.

    Parameters
    ----------
    name
        Its name; None lets CloudFormation choose.
    copying
        How its objects are copied to another region, if they are.
    """
    locked = Duration.days(archive.locked_days) if archive.locked_days else None
    bucket = _bucket(
        scope,
        "Archive",
        key,
        bucket_name=name,
        replication_rules=[copying.rule] if copying is not None else None,
        replication_role=copying.role if copying is not None else None,
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
    if copying is not None:
        copying.allow(bucket, key)
    return bucket


@dataclass(frozen=True, slots=True)
class Copying:
    """How S3 copies the archive to another region: the rule, and the role that it takes."""

    rule: s3.ReplicationRule
    role: iam.Role

    def allow(self, source: s3.IBucket, key: kms.IKey) -> None:
        """Let the role read the archive and write its copy (S3 User Guide, "Setting up permissions
        for live replication"), but delete nothing in the copy.
        """
        destination, copies_key = self.rule.destination, self.rule.kms_key
        assert copies_key is not None
        for actions, resource in (
            (("s3:GetReplicationConfiguration", "s3:ListBucket"), source.bucket_arn),
            (_COPIED, source.arn_for_objects("*")),
            (("s3:ReplicateObject", "s3:ReplicateTags"), destination.arn_for_objects("*")),
            (("kms:Decrypt",), key.key_arn),
            (("kms:Encrypt", "kms:GenerateDataKey"), copies_key.key_arn),
        ):
            self.role.add_to_policy(
                iam.PolicyStatement(actions=list(actions), resources=[resource])
            )
        stack = Stack.of(source)
        server = source.node.default_child
        assert isinstance(server, s3.CfnBucket)
        explain(
            self.role,
            "S3 copies whichever objects the archive has",
            f"AwsSolutions-IAM5[Resource::<{stack.get_logical_id(server)}.Arn>/*]",
            f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::{destination.bucket_name}/*]",
        )


def copying_to(scope: Construct, copies: CopiesConfig, stage: AwsStage) -> Copying | None:
    """Return how the archive is copied to the other region; None until that is ready."""
    if not copies.key_arn:
        return None
    rule = s3.ReplicationRule(
        id="copy",
        destination=s3.Bucket.from_bucket_name(scope, "ArchiveCopy", copies.bucket_of(stage)),
        kms_key=kms.Key.from_key_arn(scope, "CopiesKey", copies.key_arn),
        sse_kms_encrypted_objects=True,
        # Who deletes from the archive does not delete from its copy.
        delete_marker_replication=False,
    )
    role = iam.Role(scope, "ArchiveCopier", assumed_by=iam.ServicePrincipal("s3.amazonaws.com"))
    return Copying(rule, role)
