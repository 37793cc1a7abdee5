"""The audit as Lambda and as people run it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics

from functions import audit as function
from functions import wiring
from tests.integration.ledger.harness import Ledger
from tests.integration.ledger.pooling import free_port
from tests.integration.ledger.scenario import Scenario, play

pytestmark = pytest.mark.integration

FORGERY = "update ledger.accounts set balance = balance + 1 where account_id = %s"


@pytest.fixture
def scenario(ledger: Ledger) -> Scenario:
    return play(ledger)


@pytest.fixture
def wired(ledger: Ledger) -> Iterator[None]:
    wiring.shards.replace(ledger.shards)
    wiring.logger.replace(Logger(service="audit"))
    wiring.metrics.replace(Metrics(namespace="Ledgerlane", service="audit"))
    yield
    wiring.reset()


def metrics_of(output: str) -> dict[str, Any]:
    lines = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    return {name: value for line in lines for name, value in line.items()}


@pytest.mark.usefixtures("wired")
def test_a_sound_ledger_is_counted(scenario: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    result = function.handler({}, None)

    assert result["sound"] is True
    assert result["in_transit"] == {"EUR": 77}
    assert json.loads(json.dumps(result)) == result
    metrics = metrics_of(capsys.readouterr().out)
    assert metrics["AuditFindings"] == [0.0]
    assert metrics["AuditedPostings"] == [float(result["postings"])]


@pytest.mark.usefixtures("wired")
def test_a_wrong_ledger_raises_the_metrics_and_names_the_account(
    ledger: Ledger, scenario: Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.execute(FORGERY, scenario.here[4:])

    result = function.handler({}, None)

    assert result["wrong"] == {"sum_zero": 1, "entries": 1}
    assert any(line.startswith(scenario.here) for line in result["findings"])
    metrics = metrics_of(capsys.readouterr().out)
    assert (metrics["ImbalancedCurrencies"], metrics["BrokenAccounts"]) == ([1.0], [1.0])


def test_the_command_tells_by_its_exit_status(
    ledger: Ledger, scenario: Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [f"--database-url={ledger.url}"]

    assert function.main(arguments) == function.SOUND
    output = capsys.readouterr()
    assert "The books are right." in output.out
    assert "under way: 0.77 EUR" in output.out
    assert "gapless" in output.err

    ledger.execute(FORGERY, scenario.here[4:])
    assert function.main(arguments) == function.UNSOUND
    assert f"THE BOOKS ARE WRONG, first at {scenario.here}: its balance is" in (
        capsys.readouterr().out
    )


@pytest.mark.usefixtures("wired")
def test_what_waits_for_an_operator_is_counted_and_no_fault(
    ledger: Ledger, scenario: Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.put(scenario.here.encode(), b"garbage", 0)
    ledger.send(*(scenario.client.deposit(scenario.here, amount) for amount in (1, 2)))
    ledger.drain()

    result = function.handler({}, None)

    assert result["sound"] is True
    assert (result["waiting"], result["waiting_accounts"]) == (3, 1)
    assert metrics_of(capsys.readouterr().out)["WaitingCommands"] == [3.0]
    assert function.main([f"--database-url={ledger.url}"]) == function.SOUND
    assert "parked: 3 commands of 1 accounts wait for an operator" in capsys.readouterr().out


def test_a_database_that_is_away_is_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    away = f"--database-url=host=127.0.0.1 port={free_port()} dbname=none"

    assert function.main([away]) == function.UNKNOWN
    assert capsys.readouterr().err.startswith("audit: the database can't be reached")
