"""Gradual releases of the API function, with an alias."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from handlers.platform.bounds import FAILED_REQUESTS
from infra.cdk.config import AwsStage
from infra.cdk.explained import explain
from infra.cdk.specs import API


def release(scope: Construct, function: lambda_.Function) -> lambda_.Alias:
    """Return the alias that clients use, which points to a published version."""
    return lambda_.Alias(scope, "ApiLive", alias_name="live", version=function.current_version)


def shift_gradually(
    scope: Construct, config: AwsStage, alias: lambda_.Alias
) -> codedeploy.LambdaDeploymentGroup:
    """Shift the alias gradually, and roll back if the new version fails.

    CloudWatch has a metric within two minutes, and the alarm takes one more, so a fault that the
    first tenth of the traffic meets in time is rolled back before the rest follows.
    """
    failing = cloudwatch.Alarm(
        scope,
        "ReleaseErrors",
        alarm_name=f"{config.stack_name}-release-errors",
        alarm_description="The new version fails. Runbook: docs/runbooks.md#release-errors",
        metric=_failures(config, alias),
        threshold=1,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    group = codedeploy.LambdaDeploymentGroup(
        scope,
        "Release",
        alias=alias,
        application=codedeploy.LambdaApplication(scope, "ReleaseApplication"),
        deployment_config=getattr(codedeploy.LambdaDeploymentConfig, config.api.deployment),
        alarms=[failing],
        auto_rollback=codedeploy.AutoRollbackConfig(
            failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
        ),
    )
    # The alarm must watch the new version before it gets any traffic.
    alias.node.add_dependency(failing)
    explain(
        group,
        "AWS keeps this policy as narrow as CodeDeploy needs to shift an alias",
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
        "AWSCodeDeployRoleForLambdaLimited]",
    )
    return group


def _failures(config: AwsStage, alias: lambda_.Alias) -> cloudwatch.MathExpression:
    """Return how often the new version raised, timed out, or answered 5xx by itself."""
    minute = Duration.minutes(1)
    answered = cloudwatch.Metric(
        namespace=config.metrics_namespace,
        metric_name=FAILED_REQUESTS,
        dimensions_map={"service": f"ledgerlane-{API.name}", "version": alias.version.version},
        statistic="Sum",
        period=minute,
    )
    return cloudwatch.MathExpression(
        expression="FILL(raised, 0) + FILL(answered, 0)",
        using_metrics={
            "raised": alias.metric_errors(period=minute, statistic="Sum"),
            "answered": answered,
        },
        label="failures of the new version",
        period=minute,
    )
