"""A stage whose partitions live in two databases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers.platform.bounds import SETTINGS
from infra.cdk.build_asset import Asset
from infra.cdk.routes import read_routes
from infra.cdk.stages import STAGING, check
from infra.signals.catalogue import SIGNALS
from tests.infra.aws_synthesis import Synthesized, lint, synthesize_stage
from tests.infra.synthesis import TOY

#: What a shard has of its own.
OWN = ("DBInstanceIdentifier", "DBParameterGroupName", "DBSubnetGroupName")
CREDENTIALS = ("MasterUsername", "MasterUserPassword")


@pytest.fixture(scope="module")
def sharded(asset: Asset, tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """Synthesize a stage with two shards."""
    config = replace(STAGING, database=replace(STAGING.database, shards=2))
    check(config)
    return synthesize_stage(config, read_routes(TOY), asset, tmp_path_factory.mktemp("sharded"))


def test_each_further_shard_has_what_the_first_has(sharded: Synthesized) -> None:
    assert sharded.findings == ()
    names = {each["DBInstanceIdentifier"] for each in sharded.of("AWS::RDS::DBInstance")}
    assert names == {"ledgerlane-staging-ledger", "ledgerlane-staging-ledger-2"}
    proxies = {each["DBProxyName"] for each in sharded.of("AWS::RDS::DBProxy")}
    assert proxies == {"ledgerlane-staging", "ledgerlane-staging-2"}
    first, second = sharded.of("AWS::RDS::DBInstance")
    own = dict.fromkeys((*OWN, *CREDENTIALS))
    assert {**first, **own} == {**second, **own}
    assert len(sharded.of("AWS::SecretsManager::RotationSchedule")) == 4
    secrets = [json.dumps(each["Auth"]) for each in sharded.of("AWS::RDS::DBProxy")]
    assert len(set(secrets)) == 2, "a password is rotated in one database"


def test_cfn_lint_is_content_with_two_shards(sharded: Synthesized) -> None:
    assert lint(sharded) == ""


def databases_of(stage: Synthesized, function: str) -> int:
    """Return the number of databases that a function may sign in to."""
    prefix = f"{function.capitalize()}RoleDefaultPolicy"
    resources = [
        statement["Resource"]
        for name, resource in stage.everything.items()
        if name.startswith(prefix)
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "rds-db:connect"
    ]
    # The CDK makes one statement of those that differ only in their resource.
    return sum(len(one) if isinstance(one, list) else 1 for one in resources)


def test_every_function_is_told_all_shards_and_may_reach_those_that_it_uses(
    sharded: Synthesized,
) -> None:
    readers = SETTINGS["DATABASE_SHARDS"].readers
    for name in SETTINGS["DATABASE_HOST"].readers:
        assert databases_of(sharded, name) == (2 if name in readers else 1), name
    for function in sharded.of("AWS::Lambda::Function"):
        variables = function.get("Environment", {}).get("Variables", {})
        if "DATABASE_HOST" in variables:
            assert variables["DATABASE_SHARDS"] != variables["DATABASE_HOST"]
            assert ":5432" in json.dumps(variables["DATABASE_SHARDS"])


def test_the_migration_knows_the_password_of_each_shard_and_runs_when_one_is_added(
    sharded: Synthesized,
) -> None:
    (migrate,) = (
        function["Environment"]["Variables"]
        for function in sharded.of("AWS::Lambda::Function")
        if function.get("FunctionName", "").endswith("-migrate")
    )
    assert json.dumps(migrate["APPLICATION_SECRET_ARN"]).count("Fn::ImportValue") == 2
    (migration,) = sharded.of("Custom::DatabaseMigration")
    assert migration["Shards"] == migrate["DATABASE_SHARDS"]


def test_each_shard_and_its_pooler_has_the_alarms_of_the_first(sharded: Synthesized) -> None:
    alarms = {alarm["AlarmName"]: alarm for alarm in sharded.of("AWS::CloudWatch::Alarm")}
    of_databases = [
        f"ledgerlane-staging-{signal.name}"
        for signal in SIGNALS
        if signal.alarm
        and all(part.source in ("database", "proxy") for part in signal.alarm.metric.parts)
    ]
    found = [name for name in of_databases if name in alarms]
    assert len(found) > 3
    for name in found:
        first, second = alarms[name], alarms[f"{name}-2"]
        assert _watched(first) != _watched(second)
        assert first["Threshold"] == second["Threshold"]


def _watched(alarm: dict[str, Any]) -> Any:
    """Return whose metrics an alarm is about."""
    return alarm.get("Dimensions") or [
        metric["MetricStat"]["Metric"]["Dimensions"]
        for metric in alarm["Metrics"]
        if "MetricStat" in metric
    ]
