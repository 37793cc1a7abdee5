"""The archive of the log on S3, and the functions that write and verify it."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from infra.cdk.base_stack import BaseStack
from infra.cdk.data import APPLICATION, let_connect
from infra.cdk.explained import explain
from infra.cdk.lambdas import FunctionFactory
from infra.cdk.specs import ARCHIVE, RESEND, VERIFY_ARCHIVE
from infra.cdk.streaming import PRODUCE, READ

_WRITE = ("s3:PutObject", "kms:GenerateDataKey")
_READ = ("s3:GetObject", "kms:Decrypt")


def make_archiver(base: BaseStack, factory: FunctionFactory) -> lambda_.Function:
    """Create the function that archives batches. It can't read what it wrote."""
    made = factory.make(ARCHIVE)
    # On-demand pollers don't read which records failed.
    made.add_environment("REPORTS_FAILURES", "false")
    base.log.grant(made, READ)
    _let_use(made, base, *_WRITE)
    return made


def make_archive_readers(base: BaseStack, factory: FunctionFactory) -> dict[str, lambda_.Function]:
    """Create the functions with which operators verify the archive, and send from it again."""
    made = {spec.name: factory.make(spec) for spec in (VERIFY_ARCHIVE, RESEND)}
    for function in made.values():
        base.log.grant(function, READ)
        _let_use(function, base, *_READ)
    base.log.grant(made[RESEND.name], PRODUCE)
    let_connect(RESEND.name, made[RESEND.name], base.databases, APPLICATION)
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
