"""GitHub Actions' rights in a stage's account: it can only assume roles of the CDK's bootstrap.

A person deploys this stack once per stage (docs/aws.md). There is no access key that could leak,
only a GitHub token that names the repository and the environment.
"""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, Environment, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.cdk.config import AwsStage
from infra.cdk.explained import explain

#: The environment on GitHub of the jobs that deploy pull requests' stages.
PULL_REQUESTS = "pr"
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
        deployer = self._role(
            "Role",
            f"{config.stack_name}-github",
            provider,
            # Only jobs of these environments, which GitHub's rules protect.
            *(f"repo:{repository}:environment:{name}" for name in _environments(config)),
        )
        self._let_assume(deployer, "*")
        reader = self._role(
            "DiffRole",
            f"{config.stack_name}-github-diff",
            provider,
            # A pull request's code runs before anybody has read it, so it may only look.
            f"repo:{repository}:pull_request",
            # The drift is looked at from the main branch.
            f"repo:{repository}:ref:refs/heads/main",
        )
        self._let_assume(reader, "lookup-role")
        for name, role, what in (
            ("RoleArn", deployer, "For AWS_ROLE_ARN of the environment on GitHub"),
            ("DiffRoleArn", reader, f"For {config.name.upper()}_DIFF_ROLE_ARN on GitHub"),
        ):
            CfnOutput(self, name, value=role.role_arn, description=what)

    def _role(
        self, identifier: str, name: str, provider: iam.CfnOIDCProvider, *subjects: str
    ) -> iam.Role:
        """Create a role for GitHub's jobs of these subjects."""
        return iam.Role(
            self,
            identifier,
            role_name=name,
            max_session_duration=Duration.hours(2),
            assumed_by=iam.WebIdentityPrincipal(
                provider.attr_arn,
                {
                    "StringEquals": {
                        f"{ISSUER}:aud": "sts.amazonaws.com",
                        f"{ISSUER}:sub": list(subjects),
                    }
                },
            ),
        )

    def _let_assume(self, role: iam.Role, purpose: str) -> None:
        """Let a role take on the roles of the CDK's bootstrap that have a purpose."""
        resource = f"arn:aws:iam::{self.account}:role/cdk-*-{purpose}-{self.account}-{self.region}"
        role.add_to_policy(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[resource]))
        explain(
            role,
            "The names of the CDK's bootstrap roles have a qualifier, and differ by their purpose",
            f"AwsSolutions-IAM5[Resource::{resource}]",
        )


def _environments(config: AwsStage) -> tuple[str, ...]:
    """Return the environments on GitHub whose jobs deploy to the stage's account.

    The stages of pull requests are beside dev. Their environment requires a reviewer.
    """
    return (config.name,) if config.database.is_protected else (config.name, PULL_REQUESTS)
