"""Copies in another region, an option of a stage: what is copied where, and who may."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.cdk.build_asset import Asset
from infra.cdk.config import AwsStage, ConfigError, CopiesConfig
from infra.cdk.routes import read_routes
from infra.cdk.stages import AWS_STAGES, PROD, check
from tests.infra.aws_synthesis import Synthesized, finish, synthesize_stage
from tests.infra.synthesis import TOY
from tests.infra.test_aws_stages import compare_snapshot

KEY = "arn:aws:kms:eu-west-1:333333333333:key/00000000-0000-0000-0000-000000000000"
COPIES = CopiesConfig(region="eu-west-1", backup_days=14, key_arn=KEY)
COPIED = replace(PROD, copies=COPIES)


@pytest.fixture(scope="module")
def stage(asset: Asset, tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    folder = tmp_path_factory.mktemp("copied")
    return synthesize_stage(COPIED, read_routes(TOY), asset, folder)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """Synthesize the stack in the other region."""
    from aws_cdk import App

    from infra.cdk.app import FEATURE_FLAGS
    from infra.cdk.copies_stack import CopiesStack

    folder = tmp_path_factory.mktemp("copies")
    app = App(context=FEATURE_FLAGS, outdir=str(folder))
    stack = CopiesStack(app, COPIED)
    assert stack.region == "eu-west-1"
    return finish(app, COPIED, [stack.stack_name], folder)


def test_the_stack_of_copies_is_the_one_that_was_reviewed(copies: Synthesized) -> None:
    for name, template in copies.templates.items():
        compare_snapshot(name, template)


def test_nothing_is_copied_unless_it_is_asked_for() -> None:
    assert all(config.copies is None for config in AWS_STAGES.values())


def test_the_rules_of_good_practice_hold(stage: Synthesized, copies: Synthesized) -> None:
    assert stage.findings == copies.findings == ()


def test_the_database_s_backups_are_copied_with_the_key_of_there(stage: Synthesized) -> None:
    (server,) = stage.of("AWS::RDS::DBInstance")
    assert server["AutomaticBackupReplicationRegion"] == "eu-west-1"
    assert server["AutomaticBackupReplicationKmsKeyId"] == KEY
    assert server["AutomaticBackupReplicationRetentionPeriod"] == 14


def archive_of(stage: Synthesized) -> dict[str, Any]:
    bucket: dict[str, Any]
    (bucket,) = (
        resource["Properties"]
        for name, resource in stage.everything.items()
        if resource["Type"] == "AWS::S3::Bucket" and name.startswith("Archive")
    )
    return bucket


def test_the_archive_is_copied_to_the_bucket_that_is_there(
    stage: Synthesized, copies: Synthesized
) -> None:
    (rule,) = archive_of(stage)["ReplicationConfiguration"]["Rules"]
    there = archive_of(copies)

    assert rule["Status"] == "Enabled"
    assert json.dumps(rule["Destination"]["Bucket"]).endswith(f':{there["BucketName"]}"]]}}')
    assert rule["Destination"]["EncryptionConfiguration"]["ReplicaKmsKeyID"] == KEY
    assert rule["SourceSelectionCriteria"]["SseKmsEncryptedObjects"]["Status"] == "Enabled"
    assert rule["DeleteMarkerReplication"]["Status"] == "Disabled"
    # S3 copies locked objects only to a bucket with locks.
    assert there["ObjectLockEnabled"] is archive_of(stage)["ObjectLockEnabled"] is True
    assert there["VersioningConfiguration"] == {"Status": "Enabled"}


def test_the_copier_reads_here_and_writes_there_and_deletes_nothing(stage: Synthesized) -> None:
    (policy,) = (
        resource["Properties"]["PolicyDocument"]["Statement"]
        for name, resource in stage.everything.items()
        if resource["Type"] == "AWS::IAM::Policy" and name.startswith("ArchiveCopier")
    )
    rights = {
        action: json.dumps(statement["Resource"])
        for statement in policy
        for action in (
            statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        )
    }

    assert not any("Delete" in action or "*" in action for action in rights)
    for action in ("s3:GetObjectVersionForReplication", "s3:GetObjectRetention"):
        assert "ledgerlane-prod-archive-333333333333-eu-west-1" not in rights[action]
    assert "ledgerlane-prod-archive-333333333333-eu-west-1" in rights["s3:ReplicateObject"]
    assert KEY in rights["kms:Encrypt"]
    assert KEY not in rights["kms:Decrypt"]


def test_until_the_other_region_has_its_key_nothing_refers_to_it(
    asset: Asset, tmp_path: Path
) -> None:
    config = replace(PROD, copies=CopiesConfig(region="eu-west-1", backup_days=14))
    check(config)

    stage = synthesize_stage(config, read_routes(TOY), asset, tmp_path)

    assert "eu-west-1" not in json.dumps(stage.templates)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (replace(COPIED, copies=CopiesConfig(region=PROD.region, backup_days=1)), "another region"),
        (replace(COPIED, archive=None), "needs an ArchiveConfig"),
        (
            replace(COPIED, database=replace(PROD.database, instance_type=None)),
            "only an RDS instance's backups",
        ),
        (
            replace(COPIED, copies=replace(COPIES, key_arn=KEY.replace("west", "north"))),
            "must be a key of eu-west-1",
        ),
    ],
)
def test_copies_that_can_t_be_made_are_refused(config: AwsStage, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        check(config)
