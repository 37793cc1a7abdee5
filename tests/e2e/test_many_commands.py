"""Many clients at once: what was accepted is applied, once, in order, and to the last cent."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from load.judge.findings import check_history
from load.judge.lines import Recorder, load_history
from load.traffic.workload import Plan, Workload
from tests.support.books import check_books, count_kind
from tests.support.stack import Stack

pytestmark = pytest.mark.e2e


def test_20000_commands_from_50_clients_are_the_log_and_nothing_else(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = Plan(clients=50, requests=20_000, accounts=500, users=10, patience_s=120)
    path = tmp_path / "history.jsonl"
    with path.open("w", encoding="utf-8") as file:
        workload = Workload(stack.api_url, Recorder(file), plan)
        asyncio.run(workload.open_accounts())
        start = time.monotonic()
        asyncio.run(workload.move_money())
        took_s = time.monotonic() - start
        asyncio.run(workload.read_finals())
    with capsys.disabled():
        print(f" {plan.requests / took_s:,.0f} accepted/s ", end="", flush=True)
    assert not workload.refused, workload.refused[:5]
    assert workload.unknown == workload.unanswered == 0
    assert workload.accepted >= plan.requests + plan.accounts
    stack.await_drained(120)
    topic = stack.topic()
    # Else it would have proved little: most transfers must have crossed partitions.
    assert count_kind(topic, "settlement") > plan.requests / 10
    findings = check_history(load_history(path), topic)
    assert not findings, findings[:10]
    check_books(stack, topic)
