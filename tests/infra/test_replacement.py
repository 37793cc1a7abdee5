"""What can be tried again, upgraded and replaced: differences between synthesized templates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infra.cdk.config import AwsStage, MskConfig
from infra.cdk.stages import AWS_STAGES, STAGING
from tests.infra.replacement import changed, named, replaced
from tests.support.reviewed import reviewed

#: Named resources that something could force to be replaced, and why they have a name anyway.
NAMED = {
    ("AWS::ElastiCache::User", "UserId"): "IAM requires that it is the user's name",
    ("AWS::ElastiCache::UserGroup", "UserGroupId"): "CloudFormation requires it",
    ("AWS::IAM::Role", "RoleName"): "GitHub's environments have its ARN",
    ("AWS::Lambda::Function", "FunctionName"): "operators invoke functions by name",
    ("AWS::RDS::DBCluster", "DBClusterIdentifier"): "the system of record must not be replaced",
    ("AWS::RDS::DBInstance", "DBInstanceIdentifier"): "the system of record must not be replaced",
    ("AWS::RDS::DBProxy", "DBProxyName"): "CloudFormation requires it",
    ("AWS::ApiGateway::Stage", "StageName"): "it is part of every URL",
    ("AWS::ApiGateway::Method", "HttpMethod"): "it is no name, but the method",
    ("AWS::ApiGateway::BasePathMapping", "BasePath"): "it is part of every URL",
    ("AWS::Route53::RecordSet", "HostedZoneId"): "it is no name, but the zone",
    ("AWS::WAFv2::WebACL", "Scope"): "it is no name, but the kind",
    ("AWS::ApplicationAutoScaling::ScalableTarget", "ScalableDimension"): "it is what is scaled",
    ("AWS::ApplicationAutoScaling::ScalableTarget", "ServiceNamespace"): "it is what is scaled",
}


@pytest.mark.parametrize("part", ["", "-base", "-github"])
@pytest.mark.parametrize("stage", sorted(AWS_STAGES))
def test_what_may_be_replaced_has_no_name_of_ours(stage: str, part: str) -> None:
    assert set(named(reviewed(f"ledgerlane-{stage}{part}"))) <= NAMED.keys()


@pytest.mark.parametrize("stage", sorted(AWS_STAGES))
def test_a_first_deployment_that_fails_leaves_nothing_behind(stage: str) -> None:
    for stack in (f"ledgerlane-{stage}", f"ledgerlane-{stage}-base"):
        for name, resource in reviewed(stack).items():
            # Retain also keeps what a failed creation made, under the name that the next one needs.
            assert resource.get("DeletionPolicy") != "Retain", name


def base_of(config: AwsStage) -> Any:
    """Synthesize the stack with a stage's data."""
    # Imported here: it takes seconds and starts a Node.js process.
    from aws_cdk import App
    from aws_cdk.assertions import Template

    from infra.cdk.app import FEATURE_FLAGS
    from infra.cdk.base_stack import BaseStack

    stack = BaseStack(App(context=FEATURE_FLAGS), config)
    return stack.termination_protection, Template.from_stack(stack).to_json()["Resources"]


def with_kafka(**settings: Any) -> AwsStage:
    assert isinstance(STAGING.kafka, MskConfig)
    return replace(STAGING, kafka=replace(STAGING.kafka, **settings))


def test_kafka_is_upgraded_in_place_and_nothing_else_changes() -> None:
    _, before = base_of(STAGING)
    _, after = base_of(with_kafka(version="4.1.x.kraft"))

    assert changed(before, after) == {"Log": {"KafkaVersion"}}
    assert replaced(before, after) == set()


def test_a_lost_cluster_is_replaced_by_one_of_another_name() -> None:
    _, before = base_of(STAGING)
    _, after = base_of(with_kafka(generation=2))

    assert replaced(before, after) == {"Log", "LogSettings"}
    assert after["Log"]["Properties"]["ClusterName"] == "ledgerlane-staging-2"


def test_a_change_of_the_brokers_settings_is_made_in_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from infra.cdk import streaming

    _, before = base_of(STAGING)
    monkeypatch.setitem(streaming.BROKER_SETTINGS, "num.partitions", "12")
    _, after = base_of(STAGING)

    assert changed(before, after) == {"LogSettings": {"ServerProperties"}}
    assert replaced(before, after) == set()


def test_only_a_first_deployment_can_be_cleaned_up() -> None:
    for is_first in (True, False):
        is_protected, resources = base_of(replace(STAGING, is_first=is_first))
        (server,) = (r for r in resources.values() if r["Type"] == "AWS::RDS::DBInstance")

        assert is_protected is not is_first
        assert server["Properties"]["DeletionProtection"] is not is_first


def test_the_database_s_log_group_is_there_before_the_database() -> None:
    resources = reviewed("ledgerlane-prod-base")
    (server,) = (r for r in resources.values() if r["Type"] == "AWS::RDS::DBInstance")
    groups = [n for n in server["DependsOn"] if resources[n]["Type"] == "AWS::Logs::LogGroup"]
    # RDS makes a group that is missing, and the stack could then not make it.
    assert len(groups) == 1
