"""Deposits beside a crowd of idle, waiting and slow connections: all get what they are to get."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.e2e


def test_deposits_and_every_member_of_a_crowd_get_what_they_are_to_get(stack: Stack) -> None:
    options = [
        "--rounds",
        "1",
        "--seconds",
        "3",
        "--rate",
        "100",
        "--accounts",
        "32",
        "--wait",
        "8",
    ]
    sizes = ["--idle", "50", "--waiting", "50", "--slow-heads", "50", "--slow-readers", "10"]
    done = subprocess.run(
        [sys.executable, "-m", "load.crowd", "--here", "--untimed", *options, *sizes],
        cwd=ROOT,
        env={
            **os.environ,
            "LEDGERLANE_STATE": str(stack.state),
            "PYTHONPATH": str(ROOT / "localstack"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (crowd,) = (line for line in done.stdout.splitlines() if "idle:" in line)
    for end in ("50 idle: HTTP/1.1 200 OK", "50 slow head: cut off", "50 waiting: pending"):
        assert end in crowd
