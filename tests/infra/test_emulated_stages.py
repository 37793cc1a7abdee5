"""The stages' templates, deployed to an emulator as far as it goes."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.cdk.emulator import Emulator
from tests.infra.aws_synthesis import Synthesized
from tests.infra.emulated import without

pytestmark = pytest.mark.integration

#: What MiniStack can't create, and so is only linted and reviewed.
_UNKNOWN = "it does not know the type"
_CUSTOM = "its function's code is not there"
LEFT_OUT = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _UNKNOWN,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _UNKNOWN,
    "AWS::Budgets::Budget": _UNKNOWN,
    "AWS::CodeDeploy::Application": _UNKNOWN,
    "AWS::CodeDeploy::DeploymentGroup": _UNKNOWN,
    "AWS::EC2::EIP": _UNKNOWN,
    "AWS::EC2::FlowLog": _UNKNOWN,
    "AWS::EC2::NatGateway": _UNKNOWN,
    "AWS::EC2::SecurityGroupEgress": _UNKNOWN,
    "AWS::EC2::SecurityGroupIngress": _UNKNOWN,
    "AWS::IAM::OIDCProvider": _UNKNOWN,
    "AWS::MSK::Cluster": _UNKNOWN,
    "AWS::MSK::Configuration": _UNKNOWN,
    "AWS::RDS::DBProxy": _UNKNOWN,
    "AWS::RDS::DBProxyTargetGroup": _UNKNOWN,
    "AWS::SecretsManager::ResourcePolicy": _UNKNOWN,
    "AWS::SecretsManager::RotationSchedule": "it does not run the macro that makes the function",
    "AWS::WAFv2::LoggingConfiguration": _UNKNOWN,
    "AWS::WAFv2::WebACLAssociation": _UNKNOWN,
    "AWS::Lambda::EventSourceMapping": "it drops their properties",
    "AWS::Route53::RecordSet": "the stage's hosted zone is not there",
    "Alarm of an expression": "it reads single metrics only",
    "Custom::DatabaseMigration": _CUSTOM,
    "Custom::KafkaBootstrap": _CUSTOM,
    "Custom::KafkaTopics": _CUSTOM,
}
BUCKET = "templates"
REGION = "eu-central-1"


class Cloud:
    """The emulator, as CloudFormation's client sees it."""

    def __init__(self, emulator: Emulator) -> None:
        self.endpoint = emulator.endpoint
        self.formation = self.client("cloudformation")
        self.storage = self.client("s3")

    def client(self, service: str) -> Any:
        session: Any = boto3
        return session.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def make_bucket(self, name: str) -> None:
        where = {"LocationConstraint": REGION}
        self.storage.create_bucket(Bucket=name, CreateBucketConfiguration=where)

    def deploy(self, operation: str, name: str, template: dict[str, Any]) -> str:
        """Create or update a stack; return its state at the end, and what failed."""
        # Larger than a request may be.
        self.storage.put_object(Bucket=BUCKET, Key=name, Body=json.dumps(template).encode())
        capabilities = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
        getattr(self.formation, f"{operation}_stack")(
            StackName=name,
            TemplateURL=f"{self.endpoint}/{BUCKET}/{name}",
            Capabilities=capabilities,
        )
        self.formation.get_waiter("stack_exists").wait(StackName=name)
        while True:
            (stack,) = self.formation.describe_stacks(StackName=name)["Stacks"]
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                break
        pages = self.formation.get_paginator("describe_stack_events").paginate(StackName=name)
        reasons = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for page in pages
            for event in page["StackEvents"]
            if event["ResourceStatus"].endswith("_FAILED")
        ]
        return "; ".join([stack["StackStatus"], *reasons])

    def delete(self, name: str) -> None:
        self.formation.delete_stack(StackName=name)
        waiter = self.formation.get_waiter("stack_delete_complete")
        waiter.wait(StackName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})

    def resources(self, name: str) -> set[str]:
        pages = self.formation.get_paginator("list_stack_resources").paginate(StackName=name)
        return {
            one["LogicalResourceId"] for page in pages for one in page["StackResourceSummaries"]
        }


@pytest.fixture(scope="module")
def cloud(emulator: Emulator) -> Cloud:
    made = Cloud(emulator)
    made.make_bucket(BUCKET)
    name = "/cdk-bootstrap/hnb659fds/version"
    made.client("ssm").put_parameter(Name=name, Value="30", Type="String")
    return made


@pytest.fixture
def stacks(stage: Synthesized, cloud: Cloud) -> Iterator[dict[str, dict[str, Any]]]:
    """Return the stage's templates without what is left out; its stacks are removed afterwards."""
    made = {}
    for name, template in stage.templates.items():
        whole = copy.deepcopy(template)
        for resource in whole["Resources"].values():
            if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
                resource["Type"] = "Alarm of an expression"
        made[name] = without(whole, LEFT_OUT)
    yield made
    for name in reversed(made):
        cloud.delete(name)


@pytest.fixture
def assets(stage: Synthesized, cloud: Cloud) -> None:
    """Put something where the functions' code would be."""
    bucket = f"cdk-hnb659fds-assets-{stage.config.account}-{REGION}"
    cloud.make_bucket(bucket)
    for key in set(re.findall(r'"S3Key": "([^"]+)"', json.dumps(stage.app))):
        cloud.storage.put_object(Bucket=bucket, Key=key, Body=b"PK\x05\x06" + bytes(18))


def test_a_stage_is_deployed_twice_after_a_failure(
    stacks: dict[str, dict[str, Any]], assets: None, cloud: Cloud
) -> None:
    base, *_ = stacks
    broken = copy.deepcopy(stacks[base])
    last = list(broken["Resources"])
    # The emulator refuses it, after everything else was made.
    broken["Resources"]["Broken"] = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {"EvaluationPeriods": 1, "ComparisonOperator": "Any", "Metrics": []},
        "DependsOn": last,
    }

    assert cloud.deploy("create", base, broken).startswith("ROLLBACK_COMPLETE; Broken: ")
    cloud.delete(base)

    # What the failure left behind would be in the way now.
    for name, template in stacks.items():
        assert cloud.deploy("create", name, template) == "CREATE_COMPLETE"
        assert cloud.resources(name) == template["Resources"].keys()
    for name, template in stacks.items():
        with pytest.raises(ClientError, match="No updates are to be performed"):
            cloud.deploy("update", name, template)


def test_only_what_the_emulator_can_t_do_is_left_out(stage: Synthesized) -> None:
    kinds = {r["Type"] for t in stage.templates.values() for r in t["Resources"].values()}

    assert len(kinds - LEFT_OUT.keys()) > 30
