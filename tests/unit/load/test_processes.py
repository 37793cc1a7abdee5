"""What the parts of the stack use, read from /proc."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from load.run.usage import usage

BUSY = """
import subprocess, sys, time
if sys.argv[1] == "parent":
    child = subprocess.Popen([sys.executable, "-c", sys.argv[2], "child", ""])
    print(child.pid, flush=True)
    child.wait()
held = bytearray(64 * 1024 * 1024)
until = time.process_time() + 0.3
while time.process_time() < until: pass
print("done", flush=True)
time.sleep(60)
"""


@pytest.fixture
def family() -> Iterator[tuple[int, int]]:
    """A parent that does nothing, and its child that did, and holds 64 MiB."""
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, "parent", BUSY], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert parent.stdout.readline().strip() == "done"
        yield parent.pid, child
        os.kill(child, 9)
        parent.kill()


def test_a_part_is_its_process_and_all_that_came_of_it(family: tuple[int, int]) -> None:
    parent, child = family
    together = usage({parent: "part"})["part"]
    assert together.cpu_s >= 0.3
    assert together.memory_bytes > 64 * 2**20
    apart = usage({parent: "parent", child: "child"})
    assert apart["child"].cpu_s >= 0.3
    assert apart["parent"].memory_bytes < 32 * 2**20 < apart["child"].memory_bytes


def test_a_part_whose_process_is_gone_uses_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    deadline = time.monotonic() + 5
    while usage({process.pid: "gone"}) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert usage({process.pid: "gone"}) == {}
