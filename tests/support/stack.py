"""The deployed stack that `make test` starts: its addresses and its processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
import psycopg

from load.judge.topic import TopicRecord, read_topic
from tests.support.api import Api

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = "ledger.commands"


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
    """Wait for a condition; fail with ``what`` if it is not met in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Stack:
    """The addresses of the instance under test."""

    api_url: str
    emulator_url: str
    database_url: str
    kafka: str
    redis_url: str
    state: Path
    broker: str
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

    # -- its contents -------------------------------------------------------------------------

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Read rows from the database."""
        with psycopg.connect(self.database_url, connect_timeout=10) as connection:
            connection.read_only = True
            return connection.execute(query.encode(), parameters or None).fetchall()

    def topic(self) -> list[list[TopicRecord]]:
        """Read the whole commands topic."""
        return read_topic(self.kafka, COMMANDS)

    def is_drained(self, ends: dict[int, int] | None = None) -> bool:
        """Return whether every record is applied and nothing is left to publish."""
        known = ends or {number: len(part) for number, part in enumerate(self.topic())}
        progress = dict(
            self.rows(
                "select partition, next_offset from ledger.partition_progress where topic = %s",
                COMMANDS,
            )
        )
        outbox = self.rows("select count(*) from ledger.outbox")[0][0]
        return outbox == 0 and all(
            progress.get(number, 0) >= end for number, end in known.items() if end
        )

    def await_drained(self, timeout_s: float = 60.0) -> None:
        """Wait until the log is applied, including second legs and settlements."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            # Applying can append records, so repeat until a full read finds all of them applied.
            ends = {number: len(part) for number, part in enumerate(self.topic())}
            if self.is_drained(ends):
                again = {number: len(part) for number, part in enumerate(self.topic())}
                if again == ends:
                    return
            time.sleep(0.2)
        raise AssertionError(f"the log is not drained after {timeout_s} s")

    # -- its functions ------------------------------------------------------------------------

    def invoke(self, function: str) -> None:
        """Run a scheduled function now. It may fail, after it has reported what it measured."""
        client = boto3.client(
            "lambda",
            endpoint_url=self.emulator_url,
            region_name="eu-central-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        client.invoke(FunctionName=f"{self.name}-{function}", Payload=b"{}")

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
        files = [
            *self.state.glob(f"run/{name}.pid"),
            *self.state.glob(f"dataplane/pids/{name}*.pid"),
        ]
        # A pid file that is being written is empty, and its process is not running yet.
        texts = [path.read_text().strip() for path in sorted(files)]
        return [int(text) for text in texts if text]

    def kill(self, name: str) -> None:
        """Kill a service or process with SIGKILL."""
        pids = self.pids(name)
        assert pids, f"there is no process named {name} to kill"
        for pid in pids:
            # The process has just been replaced, so it is already dead.
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def stop(self, service: str) -> None:
        """Kill a service with SIGKILL and wait until its processes are gone."""
        pids = self.pids(service)
        self.kill(service)
        wait_until(lambda: not any(_is_running(pid) for pid in pids), f"{service} is gone")

    def restart(self, service: str) -> None:
        """Restart a killed service."""
        done = subprocess.run(
            [sys.executable, "-m", "local_cloud", "restart", service],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT / "localstack"),
                "LEDGERLANE_STATE": str(self.state),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"restart {service}: {done.stdout}{done.stderr}"

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


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z"
