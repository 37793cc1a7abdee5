"""The pipeline: deploys main to staging, tests it, waits for approval, deploys to production.

It uses CDK Pipelines, so it first updates itself if its definition has changed. The GitHub Actions
workflow (.github/workflows) deploys the same stacks; use one of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aws_cdk import CfnOutput, Environment, Stack, Stage, pipelines
from aws_cdk import aws_codebuild as codebuild
from constructs import Construct

from infra.cdk.app_stack import add_stage
from infra.cdk.build_asset import Asset
from infra.cdk.config import AwsStage, PipelineConfig
from infra.cdk.explained import explain
from infra.cdk.routes import Route
from infra.cdk.stages import PROD, STAGING

CDK_CLI = "aws-cdk@2.1148.1"
# Amazon Linux 2023 on arm64, the platform of the asset's wheels.
IMAGE = codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0
PREPARE = (
    "python3 -m venv .venv",
    ".venv/bin/pip install -q -r requirements.txt -r infra/cdk/requirements.txt"
    " -r localstack/requirements.txt -r tests/requirements.txt",
)


class _Deployed(Stage):
    """Both stacks of a stage, as one step of the pipeline."""

    def __init__(
        self,
        scope: Construct,
        config: AwsStage,
        asset: Asset,
        routes: Sequence[Route],
        source_root: Path,
    ) -> None:
        super().__init__(
            scope,
            config.name.capitalize(),
            env=Environment(account=config.account, region=config.region),
        )
        _, stack = add_stage(self, config, asset, routes, source_root)
        url = stack.node.find_child("ApiUrl")
        assert isinstance(url, CfnOutput)
        self.url = url


class PipelineStack(Stack):
    """The pipeline, in the tooling account.

    Parameters
    ----------
    scope
        The CDK app.
    config
        Its account and the branch that it follows.
    asset, routes, source_root
        What it deploys; see `infra.cdk.app_stack.AppStack`.
    """

    def __init__(
        self,
        scope: Construct,
        config: PipelineConfig,
        asset: Asset,
        routes: Sequence[Route],
        source_root: Path,
    ) -> None:
        super().__init__(
            scope,
            "ledgerlane-pipeline",
            env=Environment(account=config.account, region=config.region),
            description="Ledgerlane's deployment pipeline",
            analytics_reporting=False,
        )
        pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            pipeline_name="ledgerlane",
            cross_account_keys=True,
            enable_key_rotation=True,
            code_build_defaults=pipelines.CodeBuildOptions(
                build_environment=codebuild.BuildEnvironment(build_image=IMAGE)
            ),
            synth=_synth(config),
        )
        staging = _Deployed(self, STAGING, asset, routes, source_root)
        pipeline.add_stage(staging, post=[_end_to_end(staging.url)])
        production = _Deployed(self, PROD, asset, routes, source_root)
        pipeline.add_stage(
            production,
            pre=[
                pipelines.ManualApprovalStep(
                    "Approve", comment="Staging passed its end-to-end tests. Deploy to production?"
                )
            ],
        )
        pipeline.build_pipeline()
        _explain(self, config)


def _synth(config: PipelineConfig) -> pipelines.ShellStep:
    return pipelines.ShellStep(
        "Synth",
        input=pipelines.CodePipelineSource.connection(
            config.repository, config.branch, connection_arn=config.connection_arn
        ),
        install_commands=[f"npm install --global {CDK_CLI}", *PREPARE],
        commands=[
            ".venv/bin/ruff check .",
            ".venv/bin/ruff format --check .",
            ".venv/bin/python -m pytest -q tests/unit tests/property tests/infra"
            ' -m "not integration"',
            'cdk synth --quiet --app ".venv/bin/python infra/cdk/app.py" -c stage=pipeline',
        ],
        primary_output_directory="cdk.out",
    )


def _end_to_end(url: CfnOutput) -> pipelines.ShellStep:
    return pipelines.ShellStep(
        "EndToEnd",
        env_from_cfn_outputs={"LEDGERLANE_API_URL": url},
        install_commands=list(PREPARE),
        commands=[".venv/bin/python -m load.demo --url $LEDGERLANE_API_URL"],
    )


def _explain(stack: Stack, config: PipelineConfig) -> None:
    explain(
        stack,
        "CDK Pipelines writes these policies; it creates the builds and stages, and each can "
        "access only the artefact bucket, its logs and the CDK's deployment roles",
        *(rule.replace("ACCOUNT", config.account) for rule in _WRITTEN_BY_THE_CDK),
    )
    explain(
        stack,
        "Holds builds of the repository, which only the pipeline's roles can access",
        "AwsSolutions-S1",
    )


# The statements of the CDK's policies that cdk-nag reports.
_WRITTEN_BY_THE_CDK = (
    "AwsSolutions-IAM5[Action::kms:GenerateDataKey*]",
    "AwsSolutions-IAM5[Action::kms:ReEncrypt*]",
    "AwsSolutions-IAM5[Action::s3:Abort*]",
    "AwsSolutions-IAM5[Action::s3:DeleteObject*]",
    "AwsSolutions-IAM5[Action::s3:GetBucket*]",
    "AwsSolutions-IAM5[Action::s3:GetObject*]",
    "AwsSolutions-IAM5[Action::s3:List*]",
    "AwsSolutions-IAM5[Resource::*]",
    "AwsSolutions-IAM5[Resource::<PipelineArtifactsBucketAEA9A052.Arn>/*]",
    "AwsSolutions-IAM5[Resource::arn:*:iam::ACCOUNT:role/*]",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:codebuild:eu-central-1:ACCOUNT"
    ":report-group/*]",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:codebuild:eu-central-1:ACCOUNT"
    ":report-group/<PipelineBuildSynthCdkBuildProject6BEFA8E6>-*]",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:codebuild:eu-central-1:ACCOUNT"
    ":report-group/<PipelineStagingEndToEndDD6298A2>-*]",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:codebuild:eu-central-1:ACCOUNT"
    ":report-group/<PipelineUpdatePipelineSelfMutationDAA41400>-*]",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:eu-central-1:ACCOUNT:log-"
    "group:/aws/codebuild/*]",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:eu-central-1:ACCOUNT:log-"
    "group:/aws/codebuild/<PipelineBuildSynthCdkBuildProject6BEFA8E6>:*]",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:eu-central-1:ACCOUNT:log-"
    "group:/aws/codebuild/<PipelineStagingEndToEndDD6298A2>:*]",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:eu-central-1:ACCOUNT:log-"
    "group:/aws/codebuild/<PipelineUpdatePipelineSelfMutationDAA41400>:*]",
)
