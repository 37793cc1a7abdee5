"""The deployed stack that `make test` starts: its addresses and its processes."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from load.chaos.parts import ROOT as ROOT
from load.chaos.site import COMMANDS as COMMANDS
from load.chaos.site import Site


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
    """Wait for a condition; fail with ``what`` if it is not met in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what}"
        time.sleep(0.05)


@dataclass(frozen=True, kw_only=True)
class Stack(Site):
    """The instance under test."""

    emulator_url: str
    redis_url: str
    partitions: int

    @classmethod
    def from_environment(cls) -> Stack | None:
        """Return the stack from the environment's variables, if they are set."""
        if "LEDGERLANE_API_URL" not in os.environ:
            return None
        return cls(
            api_url=os.environ["LEDGERLANE_API_URL"],
            emulator_url=os.environ["LEDGERLANE_EMULATOR_URL"],
            database_url=os.environ["LEDGERLANE_DATABASE_URL"],
            kafka=os.environ["LEDGERLANE_KAFKA"],
            redis_url=os.environ["LEDGERLANE_REDIS_URL"],
            state=Path(os.environ["LEDGERLANE_STATE"]),
            broker=os.environ.get("LEDGERLANE_BROKER", ""),
            partitions=int(os.environ.get("PARTITIONS", "12")),
        )

    @property
    def emulator(self) -> str:
        """The kind of AWS emulator it runs on: ``ministack``, ``localstack`` or a URL."""
        return str(json.loads((self.state / "instance.json").read_text())["emulator"])

    def await_drained(self, timeout_s: float = 60.0) -> None:
        """Wait until the log is applied, including second legs and settlements."""
        assert self.drains(timeout_s), f"the log is not drained after {timeout_s} s"

    # -- its processes ------------------------------------------------------------------------

    def pids(self, name: str) -> list[int]:
        """Return the pids of a service or of a process of the data plane."""
        return self.parts.pids(name)

    def kill(self, name: str) -> None:
        """Kill a service or process with SIGKILL."""
        self.parts.kill(name)

    def stop(self, service: str) -> None:
        """Kill a service with SIGKILL and wait until its processes are gone."""
        self.parts.stop(service)

    def restart(self, service: str) -> None:
        """Restart a killed service."""
        self.parts.restart(service)

    def await_health(self, checks: tuple[str, ...] = ("kafka", "postgres", "redis")) -> None:
        """Wait until the API reports its services as healthy."""
        wait_until(lambda: self._is_healthy(checks), f"health of {checks}", 60)

    def _is_healthy(self, checks: tuple[str, ...]) -> bool:
        try:
            answer = httpx.get(f"{self.api_url}/health", timeout=20)
        except httpx.TransportError:
            return False
        seen = answer.json().get("checks", {}) if answer.status_code == 200 else {}
        return all(seen.get(name) == "ok" for name in checks)
