"""Whoever must get through does: the templates' policies and security groups, evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from infra.cdk.stages import AWS_STAGES
from tests.support.policies import Document, Request, is_allowed, listed
from tests.support.reviewed import exports, reviewed

Resource = Mapping[str, Any]
_IMPORT = re.compile(r'\$\{Fn::ImportValue "([^"]+)"\}')
POSTGRES, PROXY, CACHE, KAFKA, OUTSIDE, HTTPS = 15432, 5432, 6379, 9098, 9092, 443


@dataclass(frozen=True)
class Stage:
    """A stage's resources, with every reference written as text."""

    name: str
    account: str
    resources: Mapping[str, Resource]

    def of(self, kind: str) -> list[tuple[str, Any]]:
        """Return the logical ids and properties of the resources of a type."""
        found = self.resources.items()
        return [(name, r.get("Properties", {})) for name, r in found if r["Type"] == kind]

    def only(self, kind: str, start: str = "") -> tuple[str, Any]:
        (found,) = (one for one in self.of(kind) if one[0].startswith(start))
        return found

    def identity(self, role: str) -> list[Document]:
        """Return the policies of a role, by its logical id."""
        own = self.resources[role]["Properties"].get("Policies", ())
        return [policy["PolicyDocument"] for policy in own] + [
            policy["PolicyDocument"]
            for _, policy in self.of("AWS::IAM::Policy")
            if f"${{{role}}}" in policy["Roles"]
        ]

    def context(self, source: str) -> dict[str, str]:
        """Return the condition keys of a service's call for a resource of ours."""
        return {
            "aws:SecureTransport": "true",
            "aws:SourceAccount": self.account,
            "aws:SourceArn": source,
        }


def as_text(value: Any, imported: Mapping[str, Any]) -> Any:
    """Write references as ``${Id}`` and ``${Id.Arn}``, as the snapshots do inside of text."""
    if isinstance(value, list):
        return [as_text(item, imported) for item in value]
    if isinstance(value, str):
        text = value.replace("${AWS::Partition}", "aws")
        return _IMPORT.sub(lambda name: as_text(imported[name[1]], {}), text)
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"}:
        return f"${{{value['Ref']}}}"
    if value.keys() == {"Fn::GetAtt"}:
        return f"${{{'.'.join(value['Fn::GetAtt'])}}}"
    if value.keys() == {"Fn::ImportValue"}:
        return as_text(imported[value["Fn::ImportValue"]], {})
    return {key: as_text(item, imported) for key, item in value.items()}


@pytest.fixture(scope="module", params=sorted(AWS_STAGES))
def stage(request: pytest.FixtureRequest) -> Stage:
    config = AWS_STAGES[request.param]
    imported = exports(f"{config.stack_name}-base")
    resources = {
        name: as_text(resource, imported)
        for stack in (f"{config.stack_name}-base", config.stack_name)
        for name, resource in reviewed(stack).items()
    }
    return Stage(config.name, config.account, resources)


def key_policy(stage: Stage) -> Document:
    document: Document = stage.only("AWS::KMS::Key")[1]["KeyPolicy"]
    return document


def leaves_to_the_account(stage: Stage) -> bool:
    """Tell whether the key accepts what the account's own policies allow."""
    root = f"AWS:arn:aws:iam::{stage.account}:root"
    return is_allowed(Request(root, "kms:Decrypt", "*"), key_policy(stage))


def test_every_alarm_reaches_the_topic_and_its_key(stage: Stage) -> None:
    topic, _ = stage.only("AWS::SNS::Topic")
    policy = stage.only("AWS::SNS::TopicPolicy")[1]["PolicyDocument"]
    alarms = [a for _, a in stage.of("AWS::CloudWatch::Alarm") if "AlarmActions" in a]
    assert alarms
    for alarm in alarms:
        assert alarm["AlarmActions"] == [f"${{{topic}}}"]
        source = f"arn:aws:cloudwatch:eu-central-1:{stage.account}:alarm:{alarm['AlarmName']}"
        who, context = "Service:cloudwatch.amazonaws.com", stage.context(source)
        publish = Request(who, "sns:Publish", f"${{{topic}}}", context)
        assert is_allowed(publish, policy)
        for action in ("kms:Decrypt", "kms:GenerateDataKey"):
            assert is_allowed(Request(who, action, "*", context), key_policy(stage))


def test_nobody_else_publishes_alarms(stage: Stage) -> None:
    topic, _ = stage.only("AWS::SNS::Topic")
    policy = stage.only("AWS::SNS::TopicPolicy")[1]["PolicyDocument"]
    elsewhere = stage.context("anything") | {"aws:SourceAccount": "999999999999"}
    for who, context in (
        ("Service:cloudwatch.amazonaws.com", elsewhere),
        ("Service:events.amazonaws.com", stage.context("anything")),
    ):
        assert not is_allowed(Request(who, "sns:Publish", f"${{{topic}}}", context), policy)


def permissions(stage: Stage, service: str) -> Iterator[tuple[str, str]]:
    """Yield what a service may invoke, and for which of our resources."""
    for _, permission in stage.of("AWS::Lambda::Permission"):
        if permission["Principal"] == service:
            yield permission["FunctionName"], permission["SourceArn"]


def test_every_rule_may_invoke_its_targets(stage: Stage) -> None:
    allowed = set(permissions(stage, "events.amazonaws.com"))
    rules = stage.of("AWS::Events::Rule")
    assert rules
    for name, rule in rules:
        for target in rule["Targets"]:
            assert (target["Arn"], f"${{{name}.Arn}}") in allowed


def test_the_gateway_may_invoke_what_its_routes_name(stage: Stage) -> None:
    allowed = {function for function, _ in permissions(stage, "apigateway.amazonaws.com")}
    for _, method in stage.of("AWS::ApiGateway::Method"):
        assert any(
            f"{function}/invocations" in method["Integration"]["Uri"] for function in allowed
        )


def test_the_proxy_reads_the_passwords_that_it_signs_in_with(stage: Stage) -> None:
    _, proxy = stage.only("AWS::RDS::DBProxy")
    role = proxy["RoleArn"].removeprefix("${").removesuffix(".Arn}")
    via = {"kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com"}
    for auth in proxy["Auth"]:
        read = Request(
            f"AWS:{proxy['RoleArn']}", "secretsmanager:GetSecretValue", auth["SecretArn"]
        )
        assert is_allowed(read, *stage.identity(role))
    decrypt = Request(f"AWS:{proxy['RoleArn']}", "kms:Decrypt", "*", via)
    assert is_allowed(decrypt, key_policy(stage), *stage.identity(role))


def function_of(stage: Stage, name: str) -> Any:
    functions = [f for _, f in stage.of("AWS::Lambda::Function")]
    (found,) = (f for f in functions if f["FunctionName"] == f"ledgerlane-{stage.name}-{name}")
    return found


def role_of(function: Any) -> str:
    return str(function["Role"]).removeprefix("${").removesuffix(".Arn}")


def test_the_pollers_write_what_they_give_up(stage: Stage) -> None:
    bucket, _ = stage.only("AWS::S3::Bucket", "Failures")
    policy = stage.only("AWS::S3::BucketPolicy", "Failures")[1]["PolicyDocument"]
    _, endpoint = stage.only("AWS::EC2::VPCEndpoint", "NetworkVpcS3")
    key = stage.only("AWS::KMS::Key")[0]
    for _, mapping in stage.of("AWS::Lambda::EventSourceMapping"):
        if "ProvisionedPollerConfig" not in mapping:
            assert "DestinationConfig" not in mapping, "on-demand pollers give nothing up"
            continue
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == f"${{{bucket}.Arn}}"
        function = stage.resources[mapping["FunctionName"].removeprefix("${").removesuffix("}")]
        role = role_of(function["Properties"])
        who, secure = f"AWS:${{{role}.Arn}}", {"aws:SecureTransport": "true"}
        for action, resource in (
            ("s3:PutObject", f"${{{bucket}.Arn}}/some/batch"),
            ("s3:ListBucket", f"${{{bucket}.Arn}}"),
        ):
            asked = Request(who, action, resource, secure)
            assert is_allowed(asked, policy, *stage.identity(role)), action
            # An endpoint's policy gives nothing, but it must let the request through.
            assert is_allowed(asked, endpoint["PolicyDocument"]), action
        encrypt = Request(who, "kms:GenerateDataKey", f"${{{key}.Arn}}", secure)
        assert is_allowed(encrypt, *stage.identity(role))
    assert leaves_to_the_account(stage)


@pytest.mark.parametrize(
    ("function", "of_object", "of_key", "refused"),
    [
        ("archive", "s3:PutObject", "kms:GenerateDataKey", ("s3:GetObject", "kms:Decrypt")),
        ("verify-archive", "s3:GetObject", "kms:Decrypt", ("s3:PutObject", "kms:GenerateDataKey")),
        ("resend", "s3:GetObject", "kms:Decrypt", ("s3:PutObject", "kms:GenerateDataKey")),
    ],
)
def test_the_archive_is_written_by_one_function_and_read_by_others(
    stage: Stage, function: str, of_object: str, of_key: str, refused: tuple[str, str]
) -> None:
    if AWS_STAGES[stage.name].archive is None:
        pytest.skip("the stage has no archive")
    bucket, _ = stage.only("AWS::S3::Bucket", "Archive")
    policy = stage.only("AWS::S3::BucketPolicy", "Archive")[1]["PolicyDocument"]
    _, endpoint = stage.only("AWS::EC2::VPCEndpoint", "NetworkVpcS3")
    key = stage.only("AWS::KMS::Key")[0]
    role = role_of(function_of(stage, function))
    places = {"s3": f"${{{bucket}.Arn}}/topic/object", "kms": f"${{{key}.Arn}}"}

    def may(action: str, place: str, secure: str = "true") -> bool:
        context = {"aws:SecureTransport": secure}
        asked = Request(f"AWS:${{{role}.Arn}}", action, place, context)
        through = not action.startswith("s3") or is_allowed(asked, endpoint["PolicyDocument"])
        return through and is_allowed(asked, policy, *stage.identity(role))

    assert may("s3:ListBucket", f"${{{bucket}.Arn}}")
    assert may(of_object, places["s3"])
    assert not may(of_object, places["s3"], secure="false")
    assert may(of_key, places["kms"])
    for action in (
        *refused,
        *("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"),
    ):
        assert not may(action, places[action.partition(":")[0]]), action


def test_no_role_of_a_stage_deletes_from_a_bucket(stage: Stage) -> None:
    for name, _ in stage.of("AWS::IAM::Role"):
        for bucket, _ in stage.of("AWS::S3::Bucket"):
            for action in ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention"):
                asked = Request(f"AWS:${{{name}.Arn}}", action, f"${{{bucket}.Arn}}/object")
                assert not is_allowed(asked, *stage.identity(name)), (name, action)


def test_nobody_uses_the_bucket_without_encryption(stage: Stage) -> None:
    bucket, _ = stage.only("AWS::S3::Bucket", "Failures")
    policy = stage.only("AWS::S3::BucketPolicy", "Failures")[1]["PolicyDocument"]
    role = role_of(function_of(stage, "apply"))
    put = Request(
        f"AWS:${{{role}.Arn}}",
        "s3:PutObject",
        f"${{{bucket}.Arn}}/some/batch",
        {"aws:SecureTransport": "false"},
    )
    assert not is_allowed(put, policy, *stage.identity(role))


def test_no_other_bucket_is_reached_through_the_endpoint(stage: Stage) -> None:
    _, endpoint = stage.only("AWS::EC2::VPCEndpoint", "NetworkVpcS3")
    for action in ("s3:PutObject", "s3:GetObject"):
        asked = Request("AWS:anybody", action, "arn:aws:s3:::somebody-elses-bucket/file")
        assert not is_allowed(asked, endpoint["PolicyDocument"])
    # A custom resource's answer goes to a bucket of CloudFormation's.
    answer = "arn:aws:s3:::cloudformation-custom-resource-response-eucentral1/answer"
    answered = Request("AWS:anybody", "s3:PutObject", answer)
    assert is_allowed(answered, endpoint["PolicyDocument"])


def reaches(stage: Stage, source: str, target: str | None, port: int) -> bool:
    """Tell whether security groups let `source` open a connection to `target`, or to any address.

    Parameters
    ----------
    target
        A group's logical id without ``Group``, or None for addresses outside of the VPC.
    """
    groups = dict(stage.of("AWS::EC2::SecurityGroup"))
    own = next(name for name in groups if name.startswith(f"Network{source}Group"))
    rules = [r for _, r in stage.of("AWS::EC2::SecurityGroupEgress") if group_of(r) == own]
    rules += listed(groups[own].get("SecurityGroupEgress", []))
    here = [r for r in rules if is_open(r, port)]
    if target is None:
        return any(r.get("CidrIp") == "0.0.0.0/0" for r in here)
    other = next(name for name in groups if name.startswith(f"Network{target}Group"))
    leaves = any(r.get("DestinationSecurityGroupId") == f"${{{other}.GroupId}}" for r in here)
    return leaves and any(
        group_of(r) == other
        and r["SourceSecurityGroupId"] == f"${{{own}.GroupId}}"
        and is_open(r, port)
        for _, r in stage.of("AWS::EC2::SecurityGroupIngress")
    )


def is_open(rule: Any, port: int) -> bool:
    if str(rule.get("FromPort")).endswith("Endpoint.Port}"):
        return port == POSTGRES
    return bool(rule.get("FromPort", 0) <= port <= rule.get("ToPort", 65535))


def group_of(rule: Any) -> str:
    return str(rule["GroupId"]).removeprefix("${").removesuffix(".GroupId}")


@pytest.mark.parametrize(
    ("source", "target", "port"),
    [
        ("Functions", "Proxy", PROXY),
        ("Functions", "Cache", CACHE),
        ("Functions", "Kafka", KAFKA),
        ("Functions", "Endpoints", HTTPS),
        ("Functions", None, HTTPS),  # S3's gateway endpoint has public addresses
        ("Outward", "Proxy", PROXY),
        ("Outward", "Kafka", KAFKA),
        ("Outward", None, HTTPS),
        ("Rotation", "Database", POSTGRES),
        ("Rotation", "Endpoints", HTTPS),
        ("Proxy", "Database", POSTGRES),
        # The pollers have the brokers' group.
        ("Kafka", "Kafka", KAFKA),
        ("Kafka", "Endpoints", HTTPS),
        ("Kafka", None, HTTPS),
    ],
)
def test_whoever_must_connect_can(stage: Stage, source: str, target: str | None, port: int) -> None:
    if not stage.of("AWS::MSK::Cluster"):
        # The NAT gateway leads to the brokers and to AWS's services.
        target = None if target in ("Kafka", "Endpoints") else target
        port = OUTSIDE if (source, port) == ("Outward", KAFKA) else port
        if source in ("Functions", "Kafka"):
            pytest.skip("nothing is in this group")
    assert reaches(stage, source, target, port)


@pytest.mark.parametrize("source", ["Functions", "Outward", "Kafka", "Cache"])
def test_nobody_goes_past_the_proxy(stage: Stage, source: str) -> None:
    assert not reaches(stage, source, "Database", POSTGRES)


def test_s3_is_reached_from_every_subnet(stage: Stage) -> None:
    _, endpoint = stage.only("AWS::EC2::VPCEndpoint", "NetworkVpcS3")
    tables = {f"${{{name}}}" for name, _ in stage.of("AWS::EC2::RouteTable")}
    assert set(endpoint["RouteTableIds"]) == tables
