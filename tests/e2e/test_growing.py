"""The operator's way out of a growth, by `make` against the running stack."""

from __future__ import annotations

import os
import subprocess

import pytest

from handlers.growing.growths import Growing
from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards
from tests.support.api import Api
from tests.support.stack import COMMANDS, ROOT, Stack, wait_until

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("words", ["GIVE_UP=1", "TO=--give-up"])
def test_a_growth_that_keeps_commands_out_is_given_up(stack: Stack, ada: Api, words: str) -> None:
    account_id = ada.open_account(balance=1)
    money = {"account_id": account_id, "amount": 1, "currency": "EUR"}
    database = Database(stack.database_url, max_size=1)
    Growing(Shards.only(database), COMMANDS).fence(stack.partitions, stack.partitions + 1)
    database.close()
    wait_until(lambda: ada.post("/deposits", money).status_code == 503, "the fence is seen")
    wait_until(lambda: ada.get("/health").json()["status"] == "degraded", "health says so")

    done = subprocess.run(
        ["make", "grow-partitions", words],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The fence is lifted" in done.stdout
    wait_until(lambda: ada.post("/deposits", money).status_code == 202, "commands are taken in")
    wait_until(lambda: ada.get("/health").json()["status"] == "ok", "health says so")
