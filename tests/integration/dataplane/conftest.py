"""A toy stack in the session's emulator, run by a data plane of its own on a free port."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from dataplane.discovery.emulator import Emulator
from tests.integration.dataplane.toy import deploy

REPOSITORY = Path(__file__).parents[3]
PARTITIONS = 4
T = TypeVar("T")


def wait_for(look: Callable[[], T | None], seconds: float, what: str) -> T:
    """Return what ``look`` gives as soon as it gives something true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


@dataclass
class Toy:
    """The toy stack, and the data plane that runs it."""

    emulator: Emulator
    kafka: str
    state: Path
    sink: Path
    name: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    template: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def deploy(self, version: str = "1", **mapping: Any) -> None:
        content = deploy.archive({"version.txt": version})
        key = f"{hashlib.sha256(content).hexdigest()}.zip"
        deploy.upload(self.emulator.client("s3"), content, key)
        self.template = deploy.template(
            key, self.kafka, self.name, str(self.sink), version, group=self.name, **mapping
        )
        deploy.deploy(self.emulator.client("cloudformation"), self.name, self.template)

    def start(self, *flags: str, mode: str = "toyapi=concurrent") -> None:
        command = [sys.executable, "-m", "dataplane", "run", "--stack", self.name]
        command += ["--emulator", self.emulator.endpoint, "--port", str(self.port)]
        command += ["--state", str(self.state), "--follow-seconds", "0.5"]
        command += ["--mode", mode, *flags]
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "localstack/dataplane/src")}
        self.process = subprocess.Popen(command, env=environment)
        wait_for((self.state / "ready.json").exists, 30, "the data plane serves")

    def stop(self) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(20)
        finally:
            process.kill()

    def pid(self, name: str) -> int:
        return int((self.state / "pids" / f"{name}.pid").read_text())

    def kill(self, name: str) -> int:
        """SIGKILL one of its processes; returns the pid it had."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def status(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.state / "status" / f"{name}.json").read_text())
        return found

    def produce(self, values: list[str], partition: int | None = None) -> None:
        """Produce values, round robin over the partitions unless one is named; all acknowledged."""
        failed: list[Any] = []
        producer = Producer({"bootstrap.servers": self.kafka, "acks": "all", "linger.ms": 5})
        for number, value in enumerate(values):
            where = number % PARTITIONS if partition is None else partition
            producer.produce(
                self.name,
                value,
                partition=where,
                on_delivery=lambda error, _: failed.append(error) if error else None,
            )
            producer.poll(0)
        assert producer.flush(30) == 0
        assert failed == []

    def applied(self, partition: int) -> list[str]:
        """What the consumer applied, redeliveries included, in the order it did."""
        path = self.sink / f"{self.name}-{partition}.jsonl"
        text = path.read_text() if path.exists() else ""
        # The last line may not be complete yet.
        return [json.loads(line)[1] for line in text.rpartition("\n")[0].splitlines()]

    def wait_applied(self, count: int, seconds: float = 30) -> None:
        """Wait until so many different values were applied."""

        def all_there() -> bool:
            return len({v for p in range(PARTITIONS) for v in self.applied(p)}) >= count

        wait_for(all_there, seconds, f"{count} values applied")


def first_occurrences(values: list[str]) -> list[str]:
    """Drop redeliveries: each value where it came first."""
    return list(dict.fromkeys(values))


def mortal(command: list[str]) -> list[str]:
    """Have a process end with this one, also when this one is killed."""
    tool = shutil.which("setpriv")
    return [tool, "--pdeathsig", "KILL", *command] if tool else command


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def toy_stack(folder: Path) -> Iterator[Toy]:
    """A toy stack that isn't deployed yet, with its topic; everything is removed at the end."""
    endpoint, kafka = os.environ.get("LEDGERLANE_EMULATOR_URL"), os.environ.get("LEDGERLANE_KAFKA")
    if not endpoint or not kafka:
        pytest.skip("needs LEDGERLANE_EMULATOR_URL and LEDGERLANE_KAFKA: run `make test`")
    name = f"toy-{uuid.uuid4().hex[:8]}"
    sink = folder / "sink"
    sink.mkdir()
    toy = Toy(Emulator(endpoint, "eu-central-1"), kafka, folder / "state", sink, name, free_port())
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic(name, PARTITIONS, 1)])[name].result(10)
    try:
        yield toy
    finally:
        toy.stop()
        toy.emulator.client("cloudformation").delete_stack(StackName=name)
        with contextlib.suppress(Exception):
            admin.delete_topics([name])[name].result(10)


@pytest.fixture
def undeployed(tmp_path: Path) -> Iterator[Toy]:
    """A toy stack of this test alone, not deployed yet."""
    with toy_stack(tmp_path) as made:
        yield made


@pytest.fixture
def toy(undeployed: Toy) -> Toy:
    """A toy stack of this test alone, deployed and served: it may be broken."""
    undeployed.deploy()
    undeployed.start()
    return undeployed


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    """A toy stack that a module's tests share, deployed and served."""
    with toy_stack(tmp_path_factory.mktemp("shared")) as made:
        made.deploy()
        made.start()
        yield made


@pytest.fixture
def client(shared: Toy) -> Iterator[httpx.Client]:
    """An HTTP client of the shared stack's API."""
    with httpx.Client(base_url=shared.url, timeout=30) as made:
        yield made
