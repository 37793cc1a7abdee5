"""A deployment's preconditions: each that is missing is named, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from infra.cdk import preflight
from infra.cdk.config import AwsStage, ExternalKafkaConfig
from infra.cdk.preflight import Account, missing
from infra.cdk.stages import DEV, PROD

OWN = "444455556666"
ANSWERED = datetime(2100, 1, 1, tzinfo=UTC)
Answers = dict[tuple[str, str], Any]


def refusal(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def of_their_own(stage: AwsStage) -> AwsStage:
    """Return a stage whose examples were replaced."""
    alarms = replace(stage.alarms, email="oncall@ledgerlane.test")
    return replace(stage, account=OWN, alarms=alarms)


def answers_of(stage: AwsStage) -> Answers:
    """Return what an account answers that lacks nothing, and has no stack yet."""
    name, arn = stage.stack_name, f"arn:aws:iam::{OWN}:root"
    role = {
        "Path": "/",
        "RoleName": "cdk-deploy",
        "RoleId": "AROA0123456789ABCDEF",
        "Arn": f"arn:aws:iam::{OWN}:role/cdk-deploy",
        "CreateDate": ANSWERED,
        "AssumeRolePolicyDocument": json.dumps({"Statement": [{"Principal": {"AWS": arn}}]}),
    }
    certificate = {"Status": "ISSUED", "DomainName": "ledger.example.com", "NotAfter": ANSWERED}
    zone = {"Id": "/hostedzone/Z", "Name": "example.com.", "CallerReference": "x"}
    policy = {"PolicyName": "AdministratorAccess"}
    secret = {"SecretString": json.dumps({"username": "u", "password": "p"})}
    return {
        ("sts", "get_caller_identity"): {"Account": OWN},
        ("ssm", "get_parameter"): {"Parameter": {"Value": "30"}},
        ("iam", "get_role"): {"Role": role},
        ("iam", "list_attached_role_policies"): {"AttachedPolicies": [policy]},
        ("lambda", "get_account_settings"): {"AccountLimit": {"ConcurrentExecutions": 1000}},
        ("cloudformation", "describe_stacks"): refusal(
            "ValidationError", f"Stack with id {name}-base does not exist"
        ),
        ("ec2", "describe_addresses"): {"Addresses": []},
        ("ec2", "describe_vpcs"): {"Vpcs": [{"VpcId": "vpc-default"}]},
        ("service-quotas", "get_service_quota"): {"Quota": {"Value": 10_000.0}},
        ("acm", "describe_certificate"): {"Certificate": certificate},
        ("route53", "get_hosted_zone"): {"HostedZone": zone},
        ("rds", "describe_db_instances"): {"DBInstances": []},
        ("rds", "describe_db_clusters"): {"DBClusters": []},
        ("kafka", "list_clusters_v2"): {"ClusterInfoList": []},
        ("secretsmanager", "get_secret_value"): secret,
        ("sns", "list_subscriptions_by_topic"): {"Subscriptions": []},
    }


def client_with(answers: Answers) -> Callable[[str], Any]:
    """Return real clients whose answers, checked against AWS's own shapes, are these."""

    session: Any = boto3

    def client(service: str) -> Any:
        made = session.client(
            service,
            region_name="eu-central-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        return Answering(made, service, answers)

    return client


class Answering:
    """A client that answers each call of an operation alike."""

    def __init__(self, client: Any, service: str, answers: Answers) -> None:
        self._client, self._service, self._answers = client, service, answers

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        answer = self._answers[self._service, operation]

        def call(**parameters: Any) -> Any:
            if isinstance(answer, ClientError):
                raise answer
            with Stubber(self._client) as stubber:
                stubber.add_response(operation, answer)
                return getattr(self._client, operation)(**parameters)

        return call


@pytest.fixture(autouse=True)
def repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "REPOSITORY", "ours/ledgerlane")


@pytest.mark.parametrize("stage", [DEV, PROD], ids=["dev", "prod"])
def test_an_account_that_lacks_nothing_is_told_nothing(stage: AwsStage) -> None:
    stage = of_their_own(stage)
    if isinstance(stage.kafka, ExternalKafkaConfig):
        kafka = replace(stage.kafka, bootstrap=("seed.brokers.test:9092",))
        stage = replace(stage, kafka=kafka)

    assert list(missing(Account(stage, client_with(answers_of(stage))))) == []


SOON = datetime.now(UTC) + timedelta(days=3)


@pytest.mark.parametrize(
    ("call", "answer", "problem"),
    [
        (("sts", "get_caller_identity"), {"Account": "1"}, "credentials are of account 1"),
        (("ssm", "get_parameter"), refusal("ParameterNotFound"), "is not bootstrapped: run `npx"),
        (("ssm", "get_parameter"), {"Parameter": {"Value": "6"}}, "has version 6, below 21"),
        (
            ("iam", "list_attached_role_policies"),
            {"AttachedPolicies": []},
            "add `--cloudformation-execution-policies",
        ),
        (
            ("lambda", "get_account_settings"),
            {"AccountLimit": {"ConcurrentExecutions": 10}},
            "runs 10 functions at once, and the stage needs 957",
        ),
        (
            ("service-quotas", "get_service_quota"),
            {"Quota": {"Value": 2.0}},
            "allows 2 elastic IP addresses, and needs 3",
        ),
        (
            ("acm", "describe_certificate"),
            refusal("ResourceNotFoundException"),
            "there is no certificate",
        ),
        (
            ("acm", "describe_certificate"),
            {"Certificate": {"Status": "PENDING_VALIDATION"}},
            "is PENDING_VALIDATION: validate it",
        ),
        (
            ("acm", "describe_certificate"),
            {"Certificate": {"Status": "ISSUED", "DomainName": "a.test", "NotAfter": ANSWERED}},
            "is for a.test, not for ledger.example.com",
        ),
        (
            ("acm", "describe_certificate"),
            {"Certificate": {"Status": "ISSUED", "DomainName": "*.example.com", "NotAfter": SOON}},
            "ends on",
        ),
        (("route53", "get_hosted_zone"), refusal("NoSuchHostedZone"), "there is no hosted zone"),
        (
            ("rds", "describe_db_instances"),
            {"DBInstances": [{"DBInstanceIdentifier": "ledgerlane-prod-ledger"}]},
            "a database ledgerlane-prod-ledger exists without its stack",
        ),
        (
            ("kafka", "list_clusters_v2"),
            {"ClusterInfoList": [{"ClusterName": "ledgerlane-prod"}]},
            "raise kafka.generation",
        ),
    ],
)
def test_what_is_missing_is_named(
    call: tuple[str, str], answer: dict[str, Any] | ClientError, problem: str
) -> None:
    stage = of_their_own(PROD)
    answers = answers_of(stage) | {call: answer}

    found = list(missing(Account(stage, client_with(answers))))

    assert any(problem in line for line in found), found


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (refusal("ResourceNotFoundException"), "there is no secret ledgerlane-dev/kafka"),
        ({"SecretString": "password"}, "the secret ledgerlane-dev/kafka must be JSON"),
        ({"SecretString": '{"user": "u"}'}, "the secret ledgerlane-dev/kafka must be JSON"),
    ],
)
def test_the_secret_of_brokers_outside_is_checked(answer: Any, problem: str) -> None:
    stage = of_their_own(DEV)
    answers = answers_of(stage) | {("secretsmanager", "get_secret_value"): answer}

    found = list(missing(Account(stage, client_with(answers))))

    assert any(problem in line for line in found), found


def test_an_address_that_did_not_confirm_is_named() -> None:
    stage = of_their_own(PROD)
    pending = {"SubscriptionArn": "PendingConfirmation", "Endpoint": "oncall@ledgerlane.test"}
    deployed = {
        "Stacks": [{"StackName": "x", "CreationTime": ANSWERED, "StackStatus": "CREATE_COMPLETE"}]
    }
    answers = answers_of(stage) | {
        ("cloudformation", "describe_stacks"): deployed,
        ("sns", "list_subscriptions_by_topic"): {"Subscriptions": [pending]},
    }

    (found,) = missing(Account(stage, client_with(answers)))

    assert found.startswith("oncall@ledgerlane.test has not confirmed")


def test_a_protected_stage_without_an_address_tells_nobody() -> None:
    stage = of_their_own(PROD)
    stage = replace(stage, alarms=replace(stage.alarms, email=None))

    (found,) = missing(Account(stage, client_with(answers_of(stage))))

    assert found.startswith("alarms.email is not set")


def test_the_repository_s_examples_are_named() -> None:
    found = list(missing(Account(PROD, client_with(answers_of(PROD)))))

    assert any("333333333333 is an example" in line for line in found)
    assert any("oncall@example.com is an example" in line for line in found)


def test_an_account_that_refuses_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = answers_of(PROD) | {("sts", "get_caller_identity"): refusal("AccessDenied")}

    class Session:
        client = staticmethod(client_with(answers))

    monkeypatch.setattr(boto3.session, "Session", lambda region_name: Session)

    assert preflight.main(["--stage", "prod"]) == 2
    assert capsys.readouterr().err.startswith("error: the account can't be checked")
