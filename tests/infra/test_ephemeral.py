"""A pull request's stage: of dev's size, beside dev in its account and on its brokers, and gone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from infra.cdk.aws import command_line
from infra.cdk.build_asset import Asset
from infra.cdk.config import ConfigError
from infra.cdk.routes import read_routes
from infra.cdk.stages import AWS_STAGES, DEV, aws_stage, check
from tests.infra.aws_synthesis import Synthesized, synthesize_stage
from tests.infra.synthesis import TOY

NAME = "pr-12"


@pytest.fixture(scope="module")
def ephemeral(asset: Asset, tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    folder = tmp_path_factory.mktemp("ephemeral")
    return synthesize_stage(aws_stage(NAME), read_routes(TOY), asset, folder)


def test_a_pull_request_s_stage_is_of_dev_s_size() -> None:
    config = aws_stage(NAME)
    check(config)

    assert (config.stack_name, config.account) == ("ledgerlane-pr-12", DEV.account)
    assert (config.database, config.cache, config.consumers) == (
        DEV.database,
        DEV.cache,
        DEV.consumers,
    )


@pytest.mark.parametrize("name", ["pr-", "pr-0", "pr-01", "pr-1x", "PR-1", "pr-1234567", "pr-1\n"])
def test_no_other_name_is_a_pull_request_s(name: str) -> None:
    with pytest.raises(ConfigError, match="there is no stage"):
        aws_stage(name)


def test_the_rules_of_good_practice_hold(ephemeral: Synthesized) -> None:
    assert ephemeral.findings == ()


def test_it_shares_no_name_with_dev_but_the_secret_of_the_brokers(ephemeral: Synthesized) -> None:
    templates = json.dumps([ephemeral.app, ephemeral.base])

    assert set(re.findall(r"ledgerlane-dev(?:-\w+|/\w+)?", templates)) == {"ledgerlane-dev/kafka"}


def test_its_part_of_the_log_is_its_own(ephemeral: Synthesized) -> None:
    (topics,) = ephemeral.of("Custom::KafkaTopics")
    assert {name.partition(".")[0] for name in json.loads(topics["Topics"])} == {NAME}
    assert topics["DeletesTopics"] == "true"
    mappings = ephemeral.of("AWS::Lambda::EventSourceMapping")
    assert {topic for mapping in mappings for topic in mapping["Topics"]} == {
        "pr-12.ledger.commands",
        "pr-12.ledger.events",
    }
    groups = re.findall(r'"ConsumerGroupId": "([^"]+)"', json.dumps(mappings))
    assert sorted(groups) == ["pr-12.ledgerlane-apply", "pr-12.ledgerlane-webhooks"]
    for function in ephemeral.of("AWS::Lambda::Function"):
        variables = function["Environment"]["Variables"]
        assert variables["COMMANDS_TOPIC"] == "pr-12.ledger.commands"
        assert variables["EVENTS_TOPIC"] == "pr-12.ledger.events"
        assert variables["LOG_PREFIX"] == "pr-12."


def test_its_metrics_do_not_ring_dev_s_alarms(ephemeral: Synthesized) -> None:
    for function in ephemeral.of("AWS::Lambda::Function"):
        namespace = function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
        assert namespace == "Ledgerlane/pr-12"
    assert '"Namespace": "Ledgerlane"' not in json.dumps(ephemeral.app)


def test_nothing_of_it_stays(ephemeral: Synthesized) -> None:
    kept = {
        resource["Type"]
        for resource in ephemeral.everything.values()
        if resource.get("DeletionPolicy", "Delete") not in ("Delete", "Snapshot")
    }
    assert kept == set()
    (server,) = ephemeral.of("AWS::RDS::DBInstance")
    assert server["DeletionProtection"] is False
    assert server["DeleteAutomatedBackups"] is True


def test_only_its_removal_asks_nobody(tmp_path: Path) -> None:
    assert "--force" in command_line("destroy", aws_stage(NAME), [], Path("cdk"), tmp_path, "never")
    for stage in AWS_STAGES.values():
        assert "--force" not in command_line("destroy", stage, [], Path("cdk"), tmp_path, "never")


def test_it_changes_no_setting_of_the_account(ephemeral: Synthesized) -> None:
    """Another stage uses it, and would lose it with this one."""
    assert ephemeral.of("AWS::ApiGateway::Account") == []
