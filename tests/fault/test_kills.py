"""Every part is killed while money moves: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from load.judge.findings import check_history
from load.judge.lines import Recorder, load_history
from load.traffic.workload import Plan, Workload
from tests.support.books import check_books, count_kind
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.fault

#: What starts its own replacement: the data plane's supervisor sees to it.
SUPERVISED = ("poller", "worker.Apply", "gateway")
#: What stays away until somebody starts it again.
SERVICES = ("pgbouncer", "redis", "postgres")
#: How long a service stays away, in seconds.
ABSENCE_S = 1.0
#: How many more requests must be accepted before the next part is killed, so that it hurts.
BETWEEN = 400


def parts(stack: Stack) -> list[str]:
    """Return what is killed, in turn; a broker that keeps nothing can't be asked to."""
    brokers = [] if stack.broker == "tansu" else ["broker"]
    return [*SUPERVISED, *SERVICES, *brokers, "poller", "worker.Apply"]


def kill_and_restore(stack: Stack, part: str) -> None:
    before = stack.pids(part)
    if part in SUPERVISED:
        stack.kill(part)
        wait_until(
            lambda: set(stack.pids(part)).isdisjoint(before) and bool(stack.pids(part)),
            f"{part} is replaced",
            30,
        )
        return
    stack.stop(part)
    time.sleep(ABSENCE_S)
    stack.restart(part)
    assert set(stack.pids(part)).isdisjoint(before)


async def kill_all(stack: Stack, workload: Workload, show: Callable[[str], None]) -> list[str]:
    """Kill each part once enough has happened since the last; return what was killed."""
    killed = []
    try:
        for part in parts(stack):
            await until_accepted(workload, workload.accepted + BETWEEN)
            show(part)
            await asyncio.to_thread(kill_and_restore, stack, part)
            killed.append(part)
        await until_accepted(workload, workload.accepted + BETWEEN)
    finally:
        workload.stop()
    return killed


async def until_accepted(workload: Workload, count: int, timeout_s: float = 60.0) -> None:
    """Wait until so many requests were accepted in all."""
    deadline = time.monotonic() + timeout_s
    while workload.accepted < count:
        assert time.monotonic() < deadline, f"{workload.accepted} of {count} accepted, then nothing"
        await asyncio.sleep(0.05)


async def run(stack: Stack, workload: Workload, show: Callable[[str], None]) -> list[str]:
    await workload.open_accounts()
    async with asyncio.TaskGroup() as group:
        group.create_task(workload.move_money())
        killing = group.create_task(kill_all(stack, workload, show))
    await asyncio.to_thread(stack.await_health)
    await workload.read_finals()
    return killing.result()


def test_nothing_is_lost_or_doubled_whatever_is_killed(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Clients that can't know whether a request was taken ask again with its key.
    plan = Plan(
        clients=30, requests=1_000_000, accounts=200, users=5, keyed=1.0, patience_s=120, seed=2
    )

    def show(part: str) -> None:
        with capsys.disabled():
            print(f" {part}", end="", flush=True)

    path = tmp_path / "history.jsonl"
    with path.open("w", encoding="utf-8") as file:
        workload = Workload(stack.api_url, Recorder(file), plan)
        killed = asyncio.run(run(stack, workload, show))
    assert killed == parts(stack)
    assert workload.unknown == 0, "a request with a key never got its answer"
    assert not workload.refused, workload.refused[:5]
    stack.await_drained(120)
    history, topic = load_history(path), stack.topic()
    assert any(attempt.status is None for attempt in history.attempts), "no kill was felt"
    assert count_kind(topic, "settlement") > BETWEEN
    findings = check_history(history, topic)
    assert not findings, findings[:10]
    check_books(stack, topic)
