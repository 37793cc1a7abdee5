"""The functions that only operators invoke, each with the rights that it needs, and who may."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import CfnOutput
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.cdk.base_stack import BaseStack
from infra.cdk.config import AwsStage
from infra.cdk.data import APPLICATION, OWNER, let_connect
from infra.cdk.explained import explain
from infra.cdk.lambdas import FunctionFactory
from infra.cdk.specs import GROW, MOVE, OFFSETS, OPERATOR, OPERATORS, REBUILD, REPLAY
from infra.cdk.streaming import GROW as GROW_LOG
from infra.cdk.streaming import OFFSETS as MOVE_OFFSETS
from infra.cdk.streaming import PRODUCE, READ


def make_operators(
    scope: Construct, config: AwsStage, base: BaseStack, factory: FunctionFactory
) -> dict[str, lambda_.Function]:
    """Create the functions for operators; return them by their logical names."""
    made = {spec.name: factory.make(spec) for spec in OPERATORS}
    for spec in (OPERATOR, GROW, MOVE, OFFSETS, REPLAY):
        let_connect(spec.name, made[spec.name], base.databases, APPLICATION)
    for spec, rights in (
        (GROW, (GROW_LOG,)),
        (OFFSETS, (MOVE_OFFSETS,)),
        (REBUILD, (PRODUCE, READ)),
        (REPLAY, (PRODUCE, READ)),
    ):
        for right in rights:
            base.log.grant(made[spec.name], right)
    # It makes a scratch database, which only the owner may.
    let_connect(REBUILD.name, made[REBUILD.name], base.databases, OWNER)
    made[REBUILD.name].add_environment("MIGRATION_DATABASE_IAM_USER", OWNER)
    base.cache.grant_connect(made[REPLAY.name])
    _let_read_failures(made[REPLAY.name], base)
    return made


def _let_read_failures(function: lambda_.Function, base: BaseStack) -> None:
    function.add_environment("FAILURES_BUCKET", base.failures.bucket_name)
    # Statements instead of a grant, which would add this role to the key's policy and make the base
    # stack depend on this one.
    for action, resource in (
        ("s3:GetObject", base.failures.arn_for_objects("*")),
        ("s3:ListBucket", base.failures.bucket_arn),
        ("kms:Decrypt", base.key.key_arn),
    ):
        function.add_to_role_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
    assert function.role is not None
    explain(
        function.role,
        "Lambda chose the names of the objects for failed batches",
        f"AwsSolutions-IAM5[Resource::{base.exported(base.failures.bucket_arn)}/*]",
    )


def let_operators_invoke(
    scope: Construct, config: AwsStage, functions: Mapping[str, lambda_.Function]
) -> None:
    """Create the policy to attach to operators' roles or groups.

    Without it, nobody can invoke these functions but administrators. Each invocation is in
    CloudTrail and in the function's log.
    """
    policy = iam.ManagedPolicy(
        scope,
        "OperatorsPolicy",
        description=f"Operate Ledgerlane, stage {config.name}: invoke the operators' functions",
        statements=[
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"],
                resources=[function.function_arn for function in functions.values()],
            )
        ],
    )
    CfnOutput(
        scope,
        "OperatorsPolicyArn",
        value=policy.managed_policy_arn,
        description="Attach it to the roles of operators (make ops)",
    )
