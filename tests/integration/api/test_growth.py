"""While the log is fenced: what clients and operators see, and the operator's way out."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from functions import grow
from functions.api import health
from handlers.growing.growths import Growing
from handlers.platform.fresh import YOUNG_S
from handlers.sharding.shards import Shards
from local_cloud import cli, growth
from local_cloud.config import Instance
from tests.integration.api.harness import PARTITIONS, Stack, deposit, open_account
from tests.support.http import Answer, Client

pytestmark = pytest.mark.integration

GROWN = PARTITIONS + 2


@pytest.fixture
def run(stack: Stack) -> Iterator[Growing]:
    """Return a run of the tool that holds the fence."""
    made = Growing(Shards.only(stack.database), stack.topic)
    made.fence(PARTITIONS, GROWN)
    yield made
    made.give_up(GROWN)


def seen_within_a_moment() -> Answer:
    """Ask for the health as somebody who asks for the first time once the fence is known."""
    time.sleep(YOUNG_S)
    health._latest.clear()
    return Client().get("/health")


def test_health_says_that_the_log_takes_no_commands(stack: Stack, run: Growing) -> None:
    fenced = seen_within_a_moment()

    assert fenced.status == 200
    assert fenced.json == {
        "status": "degraded",
        "checks": {"kafka": "ok", "postgres": "ok", "redis": "ok", "log": "fenced"},
    }
    run.lift(GROWN)
    assert seen_within_a_moment().json == {
        "status": "ok",
        "checks": {"kafka": "ok", "postgres": "ok", "redis": "ok"},
    }


def test_an_operator_gives_a_growth_up_by_the_command_line(
    stack: Stack,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    client = stack.user()
    account_id = open_account(client)
    run = Growing(Shards.only(stack.database), stack.topic)
    run.fence(PARTITIONS, GROWN)
    assert seen_within_a_moment().json["status"] == "degraded"
    refused = deposit(client, account_id, 5)
    assert (refused.status, refused.json["code"]) == (503, "unavailable")

    def run_module(instance: Instance, module: str, arguments: list[str]) -> int:
        assert module == grow.__name__
        return grow.main(arguments)

    monkeypatch.setattr(growth, "run_module", run_module)
    monkeypatch.setattr("local_cloud.interrupts.install", lambda: None)
    state = str(tmp_path_factory.mktemp("state"))
    assert cli.main(["--state", state, "grow", "--give-up"]) == 0

    said = capsys.readouterr().out
    assert said.endswith(f"The fence is lifted; the log keeps its {PARTITIONS} partitions.\n")
    time.sleep(YOUNG_S)
    assert deposit(client, account_id, 5, Prefer="wait=10").status == 201
    assert cli.main(["--state", state, "grow", "--give-up"]) == 1, "there is none any more"
    assert "no growth is in progress" in capsys.readouterr().err
