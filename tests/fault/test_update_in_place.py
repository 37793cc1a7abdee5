"""Code is replaced while money moves: nothing is lost or doubled.

A release whose migration fails changes nothing; the old code goes on.

The stack ends on the new code, which is the old with one file more.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from load.judge.findings import check_history
from load.judge.lines import Recorder, load_history
from load.traffic.workload import Plan, Workload
from tests.support.books import check_books, count_kind
from tests.support.stack import ROOT, Stack, wait_until

pytestmark = pytest.mark.fault

#: How many requests must be accepted after each deployment.
BETWEEN = 200
DEPLOY_TIMEOUT_S = 300


class Release:
    """A copy of the application, changed and deployed by the command people use."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self._stack = stack
        self.source = folder / "release"
        self.source.mkdir()
        shutil.copy(ROOT / "app.py", self.source)
        for name in ("functions", "handlers"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, self.source / name, ignore=ignored)
        self.revision = Path("functions", f"revision_{uuid.uuid4().hex}.py")
        known = (self.source / "handlers" / "platform" / "migrations").glob("*.sql")
        number = max(int(path.name[:4]) for path in known) + 1
        self.broken = (
            self.source / "handlers" / "platform" / "migrations" / f"{number:04d}_broken.sql"
        )

    def deploy(self) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "localstack"),
            "LEDGERLANE_STATE": str(self._stack.state),
            "LEDGERLANE_SOURCE": str(self.source),
        }
        return subprocess.run(
            [sys.executable, "-m", "local_cloud", "up"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEPLOY_TIMEOUT_S,
            check=False,
        )


async def until_accepted(workload: Workload, count: int) -> None:
    """Wait until so many requests were accepted in all."""
    async with asyncio.timeout(60):
        while workload.accepted < count:
            await asyncio.sleep(0.05)


async def release_twice(stack: Stack, release: Release, workload: Workload) -> None:
    """Deploy a release whose migration fails, then one that is sound."""
    try:
        await until_accepted(workload, BETWEEN)
        workers = stack.pids("worker.Apply")

        (release.source / release.revision).write_text('"""Makes this another release."""\n')
        release.broken.write_text("select nothing from nowhere;\n")
        refused = await asyncio.to_thread(release.deploy)
        assert refused.returncode != 0
        assert "broken failed" in refused.stdout + refused.stderr
        # Under load there may be more of them by now.
        before, workers = workers, stack.pids("worker.Apply")
        assert set(before) <= set(workers), "the old code goes on"
        await until_accepted(workload, workload.accepted + BETWEEN)

        release.broken.unlink()
        deployed = await asyncio.to_thread(release.deploy)
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        await asyncio.to_thread(
            wait_until,
            lambda: bool(new := stack.pids("worker.Apply")) and set(new).isdisjoint(workers),
            "the apply function's workers run the new code",
            30,
        )
        await until_accepted(workload, workload.accepted + BETWEEN)
    finally:
        workload.stop()


async def run(stack: Stack, release: Release, workload: Workload) -> None:
    await workload.open_accounts()
    async with asyncio.TaskGroup() as group:
        group.create_task(workload.move_money())
        group.create_task(release_twice(stack, release, workload))
    await workload.read_finals()


def test_nothing_is_lost_or_doubled_while_the_code_is_replaced(
    stack: Stack, tmp_path: Path
) -> None:
    # The clients rest now and then: without that they take the deployment's processor, and what is
    # looked at is how the code is replaced, not how it fares beside a saturated gateway.
    plan = Plan(
        clients=2,
        requests=1_000_000,
        accounts=50,
        users=3,
        keyed=1.0,
        patience_s=120,
        pause_s=0.02,
        seed=7,
    )
    path = tmp_path / "history.jsonl"
    with path.open("w", encoding="utf-8") as file:
        workload = Workload(stack.api_url, Recorder(file), plan)
        asyncio.run(run(stack, Release(stack, tmp_path), workload))
    assert workload.unknown == 0, "a request with a key never got its answer"
    assert not workload.refused, workload.refused[:5]
    stack.await_drained(120)
    history, topic = load_history(path), stack.topic()
    assert count_kind(topic, "settlement") > BETWEEN / 4
    findings = check_history(history, topic)
    assert not findings, findings[:10]
    check_books(stack, topic)
