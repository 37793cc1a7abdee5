"""Say what a stage's account lacks, before a deployment makes anything.

    python infra/cdk/preflight.py --stage prod

It only reads, with the credentials of the AWS command line. Each line says what is missing and how
to mend it. The exit status is 0 if nothing is, 1 if something is, or 2 if it can't be told.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

# In a script, this directory is first on the path, where `app` would be the CDK's.
if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from infra.cdk.config import AwsStage, ConfigError, ExternalKafkaConfig, MskConfig
from infra.cdk.stages import REPOSITORY, aws_stage

#: The CDK's default qualifier, which its bootstrap puts into every name.
QUALIFIER: Final = "hnb659fds"
#: What the CDK's command line requires to deploy ("Bootstrap template version" of its guide).
BOOTSTRAP_VERSION: Final = 21
BOOTSTRAP: Final = "npx aws-cdk@2.1148.1 bootstrap"
#: Lambda keeps this much of an account's concurrency for functions without a reservation.
UNRESERVED: Final = 100
CERTIFICATE_LEFT: Final = timedelta(days=30)
#: The account numbers, domains and repository that the repository comes with.
_EXAMPLES: Final = ("111111111111", "222222222222", "333333333333")

Client = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Account:
    """A stage, and the clients of its account."""

    stage: AwsStage
    client: Client

    @property
    def is_deployed(self) -> bool:
        """Whether the stage's base stack is there."""
        try:
            self.client("cloudformation").describe_stacks(StackName=f"{self.stage.stack_name}-base")
        except ClientError as error:
            if "does not exist" in str(error):
                return False
            raise
        return True


def identity(account: Account) -> Iterator[str]:
    """Check that these are the stage's credentials, and that the examples were replaced."""
    stage = account.stage
    if stage.account in _EXAMPLES:
        yield f"{stage.account} is an example: put your account into infra/cdk/stages.py"
    found = account.client("sts").get_caller_identity()["Account"]
    if found != stage.account:
        yield f"the credentials are of account {found}, and the stage is in {stage.account}"
    if REPOSITORY.startswith("example/"):
        yield f"{REPOSITORY} is an example: put your repository into infra/cdk/stages.py"


def bootstrap(account: Account) -> Iterator[str]:
    """Check the CDK's bootstrap: its version, whom it trusts, and what it may create."""
    stage = account.stage
    mend = f"run `{BOOTSTRAP} aws://{stage.account}/{stage.region}`"
    name = f"/cdk-bootstrap/{QUALIFIER}/version"
    try:
        parameter = account.client("ssm").get_parameter(Name=name)["Parameter"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        yield f"the account is not bootstrapped: {mend}"
        return
    if int(parameter["Value"]) < BOOTSTRAP_VERSION:
        yield f"the bootstrap has version {parameter['Value']}, below {BOOTSTRAP_VERSION}: {mend}"
    iam, suffix = account.client("iam"), f"{stage.account}-{stage.region}"
    deployer = iam.get_role(RoleName=f"cdk-{QUALIFIER}-deploy-role-{suffix}")["Role"]
    # boto3 decodes the document.
    if f":{stage.account}:" not in json.dumps(deployer["AssumeRolePolicyDocument"]):
        yield f"the bootstrap's deploy role does not trust {stage.account}: {mend}"
    executor = f"cdk-{QUALIFIER}-cfn-exec-role-{suffix}"
    if not iam.list_attached_role_policies(RoleName=executor)["AttachedPolicies"]:
        yield (
            "the bootstrap's CloudFormation role may create nothing: add "
            "`--cloudformation-execution-policies` with AdministratorAccess or a narrower policy: "
            f"{mend}"
        )


def concurrency(account: Account) -> Iterator[str]:
    """Check Lambda's concurrency, which new accounts have little of."""
    wanted = sum(account.stage.reserved_concurrency.values()) + UNRESERVED
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    found = limits["ConcurrentExecutions"]
    if found < wanted:
        yield (
            f"the account runs {found} functions at once, and the stage needs {wanted}: request "
            "Lambda's quota L-B99A9384, or lower api.concurrency"
        )


def quotas(account: Account) -> Iterator[str]:
    """Check the other quotas that a first deployment meets."""
    ec2, stage = account.client("ec2"), account.stage
    is_new = not account.is_deployed
    used_addresses, used_networks = 0, 0
    if is_new:
        used_addresses = len(ec2.describe_addresses()["Addresses"])
        used_networks = len(ec2.describe_vpcs()["Vpcs"])
    for service, code, what, wanted in (
        (
            "ec2",
            "L-0263D0A3",
            "elastic IP addresses",
            used_addresses + stage.network.nat_gateways * is_new,
        ),
        ("vpc", "L-F678F1CE", "VPCs", used_networks + is_new),
        ("apigateway", "L-8A5B8E43", "API Gateway requests per second", stage.api.rate),
    ):
        answer = account.client("service-quotas").get_service_quota(
            ServiceCode=service, QuotaCode=code
        )
        found = answer["Quota"]["Value"]
        if found < wanted:
            yield f"the account allows {found:g} {what}, and needs {wanted}: request {code}"


def domain(account: Account) -> Iterator[str]:
    """Check the API's certificate and zone."""
    named = account.stage.api.domain
    if named is None:
        return
    try:
        answer = account.client("acm").describe_certificate(CertificateArn=named.certificate_arn)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        yield f"there is no certificate {named.certificate_arn}: request one for {named.name}"
    else:
        yield from _certificate(answer["Certificate"], named.name)
    try:
        zone = account.client("route53").get_hosted_zone(Id=named.zone_id)["HostedZone"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchHostedZone":
            raise
        yield f"there is no hosted zone {named.zone_id}"
        return
    if zone["Name"].rstrip(".") != named.zone_name:
        yield f"the hosted zone {named.zone_id} is {zone['Name']}, not {named.zone_name}"


def _certificate(certificate: dict[str, Any], name: str) -> Iterator[str]:
    if certificate["Status"] != "ISSUED":
        yield f"the certificate of {name} is {certificate['Status']}: validate it"
        return
    names = {certificate["DomainName"], *certificate.get("SubjectAlternativeNames", ())}
    if not names & {name, "*." + name.partition(".")[2]}:
        yield f"the certificate is for {', '.join(sorted(names))}, not for {name}"
    if certificate["NotAfter"] < datetime.now(UTC) + CERTIFICATE_LEFT:
        yield f"the certificate of {name} ends on {certificate['NotAfter']:%Y-%m-%d}: renew it"


def names(account: Account) -> Iterator[str]:
    """Check that nothing has the names of what the base stack is about to create."""
    stage = account.stage
    if account.is_deployed:
        return
    name = f"{stage.stack_name}-ledger"
    rds = account.client("rds")
    servers = [s["DBInstanceIdentifier"] for s in rds.describe_db_instances()["DBInstances"]]
    servers += [s["DBClusterIdentifier"] for s in rds.describe_db_clusters()["DBClusters"]]
    if name in servers:
        yield f"a database {name} exists without its stack: rename it, or restore from it"
    if isinstance(stage.kafka, MskConfig):
        listed = account.client("kafka").list_clusters_v2(ClusterNameFilter=stage.stack_name)
        if stage.stack_name in [c["ClusterName"] for c in listed["ClusterInfoList"]]:
            yield f"a cluster {stage.stack_name} exists without its stack: raise kafka.generation"


def brokers(account: Account) -> Iterator[str]:
    """Check the secret of brokers outside of AWS."""
    kafka = account.stage.kafka
    if not isinstance(kafka, ExternalKafkaConfig):
        return
    wanted = 'JSON {"username": ..., "password": ...}'
    if any(".example." in server for server in kafka.bootstrap):
        yield f"{kafka.bootstrap[0]} is an example: put your brokers into infra/cdk/stages.py"
    try:
        found = account.client("secretsmanager").get_secret_value(SecretId=kafka.secret_name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        yield f"there is no secret {kafka.secret_name}: create it with {wanted}"
        return
    try:
        keys = json.loads(found["SecretString"]).keys()
    except (ValueError, AttributeError):
        keys = set()
    if not keys >= {"username", "password"}:
        yield f"the secret {kafka.secret_name} must be {wanted}"


def addresses(account: Account) -> Iterator[str]:
    """Check that alarms reach somebody."""
    stage, email = account.stage, account.stage.alarms.email
    if email is None:
        if stage.database.is_protected:
            yield "alarms.email is not set: nobody would know of an alarm"
        return
    if email.endswith("@example.com"):
        yield f"{email} is an example: put your address into infra/cdk/stages.py"
    if not account.is_deployed:
        return
    topic = f"arn:aws:sns:{stage.region}:{stage.account}:{stage.stack_name}-alarms"
    try:
        found = account.client("sns").list_subscriptions_by_topic(TopicArn=topic)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"NotFound", "NotFoundException"}:
            raise
        return
    for subscription in found["Subscriptions"]:
        if subscription["SubscriptionArn"] == "PendingConfirmation":
            yield f"{subscription['Endpoint']} has not confirmed its subscription: open the email"


CHECKS: Final[tuple[Callable[[Account], Iterator[str]], ...]] = (
    *(identity, bootstrap, concurrency, quotas),
    *(domain, names, brokers, addresses),
)


def missing(account: Account) -> Iterator[str]:
    """Yield everything that is missing."""
    for check in CHECKS:
        yield from check(account)


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what is missing; return the exit status."""
    parser = argparse.ArgumentParser(prog="preflight", description="Check a stage's account.")
    parser.add_argument("--stage", required=True)
    try:
        stage = aws_stage(parser.parse_args(arguments).stage)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    session: Any = boto3.session.Session(region_name=stage.region)
    problems = 0
    try:
        for problem in missing(Account(stage, session.client)):
            problems += 1
            print(f"missing: {problem}")
    except (BotoCoreError, ClientError) as error:
        print(f"error: the account can't be checked: {error}", file=sys.stderr)
        return 2
    if not problems:
        print(f"nothing is missing for {stage.stack_name}")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
