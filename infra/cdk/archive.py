"""The archive of the log on S3, and the functions that write and verify it."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from infra.cdk.base_stack import BaseStack
from infra.cdk.explained import explain
from infra.cdk.lambdas import FunctionFactory
from infra.cdk.specs import ARCHIVE, VERIFY_ARCHIVE
from infra.cdk.streaming import READ

_WRITE = ("s3:PutObject", "kms:GenerateDataKey")
_READ = ("s3:GetObject", "kms:Decrypt")


def make_archive_functions(
    base: BaseStack, factory: FunctionFactory
) -> tuple[lambda_.Function, lambda_.Function]:
    """Create the function that archives batches, and the one that operators verify them with.

    Neither reaches the database. The first can't read what it wrote, and none can delete.
    """
    made = factory.make(ARCHIVE), factory.make(VERIFY_ARCHIVE)
    # On-demand pollers don't read which records failed.
    made[0].add_environment("REPORTS_FAILURES", "false")
    for function, (of_object, of_key) in zip(made, (_WRITE, _READ), strict=True):
        base.log.grant(function, READ)
        _let_use(function, base, of_object, of_key)
    return made


def _let_use(function: lambda_.Function, base: BaseStack, of_object: str, of_key: str) -> None:
    bucket = base.archive
    assert bucket is not None, "the stage has an archive"
    function.add_environment("ARCHIVE_BUCKET", bucket.bucket_name)
    # Statements instead of a grant, which would add this role to the key's policy and make the base
    # stack depend on this one.
    for action, resource in (
        (of_object, bucket.arn_for_objects("*")),
        ("s3:ListBucket", bucket.bucket_arn),
        (of_key, base.key.key_arn),
    ):
        function.add_to_role_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
    assert function.role is not None
    explain(
        function.role,
        "The names of the archive's objects are the records' positions",
        f"AwsSolutions-IAM5[Resource::{base.exported(bucket.bucket_arn)}/*]",
    )
