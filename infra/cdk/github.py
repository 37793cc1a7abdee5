"""GitHub Actions' rights in a stage's account: it can only assume the CDK's deployment roles.

A person deploys this stack once per stage (docs/aws.md). There is no access key that could leak,
only a GitHub token that names the repository and the environment.
"""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, Environment, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.cdk.config import AwsStage
from infra.cdk.explained import explain

ISSUER = "token.actions.githubusercontent.com"


class GithubStack(Stack):
    """The identity provider and the role of one stage.

    Parameters
    ----------
    scope
        The CDK app.
    config
        The stage.
    repository
        Whose workflow it is: ``owner/name``.
    """

    def __init__(self, scope: Construct, config: AwsStage, repository: str) -> None:
        super().__init__(
            scope,
            f"{config.stack_name}-github",
            env=Environment(account=config.account, region=config.region),
            description=f"Lets GitHub Actions deploy Ledgerlane, stage {config.name}",
            analytics_reporting=False,
        )
        provider = iam.CfnOIDCProvider(
            self, "Provider", url=f"https://{ISSUER}", client_id_list=["sts.amazonaws.com"]
        )
        role = iam.Role(
            self,
            "Role",
            role_name=f"{config.stack_name}-github",
            max_session_duration=Duration.hours(2),
            assumed_by=iam.WebIdentityPrincipal(
                provider.attr_arn,
                {
                    "StringEquals": {
                        f"{ISSUER}:aud": "sts.amazonaws.com",
                        # Only jobs of this environment, which GitHub's rules protect.
                        f"{ISSUER}:sub": f"repo:{repository}:environment:{config.name}",
                    }
                },
            ),
        )
        resource = f"arn:aws:iam::{config.account}:role/cdk-*-{config.account}-{config.region}"
        role.add_to_policy(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[resource]))
        explain(
            role,
            "These are the CDK's bootstrap roles, whose names differ only by their purpose",
            f"AwsSolutions-IAM5[Resource::{resource}]",
        )
        CfnOutput(self, "RoleArn", value=role.role_arn, description="For AWS_ROLE_ARN on GitHub")
