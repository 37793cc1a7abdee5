"""The deployed stack that `make test` starts: its addresses and its processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx

from load.chaos.parts import ROOT as ROOT
from load.chaos.site import COMMANDS as COMMANDS
from load.chaos.site import Site, further_urls
from tests.support.api import Api


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
    name: str

    @classmethod
    def from_environment(cls) -> Stack | None:
        """Return the stack from the environment's variables, if they are set."""
        if "LEDGERLANE_API_URL" not in os.environ:
            return None
        return cls(
            api_url=os.environ["LEDGERLANE_API_URL"],
            emulator_url=os.environ["LEDGERLANE_EMULATOR_URL"],
            database_url=os.environ["LEDGERLANE_DATABASE_URL"],
            further_urls=further_urls(os.environ),
            kafka=os.environ["LEDGERLANE_KAFKA"],
            redis_url=os.environ["LEDGERLANE_REDIS_URL"],
            state=Path(os.environ["LEDGERLANE_STATE"]),
            broker=os.environ.get("LEDGERLANE_BROKER", ""),
            partitions=int(os.environ.get("PARTITIONS", "12")),
            name=os.environ["LEDGERLANE_STACK"],
        )

    @property
    def emulator(self) -> str:
        """The kind of AWS emulator it runs on: ``ministack``, ``localstack`` or a URL."""
        return str(json.loads((self.state / "instance.json").read_text())["emulator"])

    def await_drained(self, timeout_s: float = 60.0) -> None:
        """Wait until the log is applied, including second legs and settlements."""
        assert self.drains(timeout_s), f"the log is not drained after {timeout_s} s"

    def client(self, service: str) -> Any:
        """Return boto3's client of one of the emulator's services."""
        return boto3.client(
            service,  # type: ignore[call-overload]  # a name that is known only when it runs
            endpoint_url=self.emulator_url,
            region_name="eu-central-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    # -- its functions ------------------------------------------------------------------------

    def invoke(self, function: str) -> None:
        """Run a scheduled function now. It may fail, after it has reported what it measured."""
        self.client("lambda").invoke(FunctionName=f"{self.name}-{function}", Payload=b"{}")

    def make_operator(self, person: Api) -> None:
        """Make somebody an operator, and sign in again."""
        done = subprocess.run(
            [sys.executable, "-m", "local_cloud", "run", "functions.operator", person.email],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "localstack")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        # What a session may do is what its user may do when it begins.
        person.sign_in()

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
