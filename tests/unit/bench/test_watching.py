"""Two instances side by side: the one that is not measured costs nothing by being observed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from load.bench.watching import unwatched
from local_cloud.config import Instance, load_instance
from local_cloud.process import Process, start_ticks
from tests.support.stack import wait_until


@pytest.fixture
def observed(tmp_path: Path) -> Iterator[tuple[Instance, int]]:
    """An instance whose Prometheus is a process that only waits."""
    instance = load_instance({}, state=tmp_path)
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as child:
        Process("prometheus", child.pid, start_ticks(child.pid) or 0, 0.0, 1).write(instance.run)
        yield instance, child.pid
        child.kill()


def state(pid: int) -> str:
    """Return the letter of a process's state; T if it is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_prometheus_waits_while_another_instance_is_measured(
    observed: tuple[Instance, int],
) -> None:
    instance, pid = observed

    with unwatched([instance]):
        wait_until(lambda: state(pid) == "T", "it is stopped")

    wait_until(lambda: state(pid) != "T", "it goes on")


def test_prometheus_goes_on_after_a_measurement_that_failed(observed: tuple[Instance, int]) -> None:
    instance, pid = observed

    with pytest.raises(ValueError, match="it failed"), unwatched([instance]):
        raise ValueError("it failed")

    wait_until(lambda: state(pid) != "T", "it goes on")


def test_an_instance_that_is_not_observed_is_left_alone(tmp_path: Path) -> None:
    with unwatched([load_instance({"OBSERVE": "0"}, state=tmp_path)]):
        pass
