"""The parts of a running instance: its processes, which can be killed, frozen and restarted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from load.bench.processes import children

ROOT = Path(__file__).resolve().parents[2]
RESTART_LIMIT_S = 120


class PartFailed(Exception):
    """A part did not do what it had to in time."""


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
    """Wait for a condition.

    Raises
    ------
    PartFailed
        With ``what``, if it is not met in time.
    """
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline_s:
            raise PartFailed(f"not within {timeout_s:.0f} s: {what}")
        time.sleep(0.05)


@dataclass(frozen=True)
class Parts:
    """The processes of an instance.

    Parameters
    ----------
    state
        The instance's state directory.
    tree
        The clone whose code it runs.
    """

    state: Path
    tree: Path = ROOT

    def names(self, prefix: str) -> list[str]:
        """Return the names of the services that start with a prefix."""
        return sorted(path.stem for path in self.state.glob(f"run/{prefix}*.pid"))

    def pids(self, name: str) -> list[int]:
        """Return the pids of a service, or of a process of the data plane."""
        files = [
            *self.state.glob(f"run/{name}.pid"),
            *self.state.glob(f"dataplane/pids/{name}*.pid"),
        ]
        # A pid file that is being written is empty, and its process is not running yet.
        texts = [path.read_text().strip() for path in sorted(files)]
        return [int(text) for text in texts if text]

    def kill(self, name: str) -> list[int]:
        """Kill a service or process with SIGKILL; return the pids that it had."""
        pids = self.pids(name)
        if not pids:
            raise PartFailed(f"there is no process named {name} to kill")
        for pid in pids:
            _send(pid, signal.SIGKILL)
        return pids

    def stop(self, service: str) -> None:
        """Kill a service with SIGKILL and wait until its processes are gone."""
        pids = self.kill(service)
        wait_until(lambda: not any(map(is_running, pids)), f"{service} is gone")

    def freeze(self, name: str) -> list[int]:
        """Stop a part's processes with SIGSTOP; return their pids, for `thaw`."""
        pids = self.pids(name)
        is_service = (self.state / "run" / f"{name}.pid").exists()
        # PostgreSQL is one process for each connection; the data plane's have pids of their own.
        family = [*pids, *(child for pid in pids if is_service for child in children(pid))]
        for pid in family:
            _send(pid, signal.SIGSTOP)
        return family

    def thaw(self, pids: list[int]) -> None:
        """Let frozen processes go on. Those that were replaced meanwhile are gone."""
        for pid in pids:
            _send(pid, signal.SIGCONT)

    def await_replaced(self, name: str, before: list[int], timeout_s: float = 60.0) -> None:
        """Wait until the supervisor has replaced all these processes."""
        wait_until(
            lambda: bool(self.pids(name)) and set(self.pids(name)).isdisjoint(before),
            f"{name} is replaced",
            timeout_s,
        )

    def restart(self, service: str) -> None:
        """Stop a service if it is running, and start it again."""
        child = self.local_cloud("restart", service)
        said, _ = child.communicate(timeout=RESTART_LIMIT_S)
        if child.returncode != 0:
            raise PartFailed(f"restart {service}: {said}")

    def local_cloud(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command of the local cloud about the instance; its output is in one pipe."""
        return subprocess.Popen(
            [sys.executable, "-m", "local_cloud", *arguments],
            cwd=self.tree,
            env={
                # Tools are stored by content, so a copy of the clone can share them.
                "LEDGERLANE_CACHE": str(ROOT / ".cache"),
                **os.environ,
                "PYTHONPATH": str(self.tree / "localstack"),
                "LEDGERLANE_STATE": str(self.state),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def is_running(pid: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z"


def _send(pid: int, number: signal.Signals) -> None:
    # The process may just have been replaced, so it is already gone.
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
