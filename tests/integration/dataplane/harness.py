"""Event source mappings over a real broker and a real worker, without deploying anything."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from dataplane.discovery import mappings
from dataplane.discovery.emulator import Emulator
from dataplane.model import FunctionSpec
from dataplane.poller import security
from dataplane.poller.mapping import MappingPoller
from dataplane.pool import StrictPool
from dataplane.process import Room
from dataplane.state_folder import StateFolder
from dataplane.worker import Site
from local_cloud.install.pypi import install_tansu
from tests.integration.dataplane.conftest import REPOSITORY, free_port, mortal

TOY = Path(__file__).parent / "toy"
FUNCTION_ARN = "arn:aws:lambda:eu-central-1:000000000000:function:toy"
T = TypeVar("T")


def eventually(look: Callable[[], T | None], seconds: float = 15) -> T:
    """Return what ``look`` gives as soon as it gives something true."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.01)


def value_of(record: dict[str, Any]) -> str:
    return base64.b64decode(record["value"]).decode()


@dataclass
class Stage:
    """One broker, one emulator, one toy function with its workers."""

    kafka: str
    emulator: Emulator
    sink: Path
    pool: StrictPool
    broker: str
    notes: list[str] = field(default_factory=list)

    def topic(self, partitions: int = 1, settings: dict[str, str] | None = None) -> str:
        name = f"row-{uuid.uuid4().hex[:8]}"
        admin = AdminClient({"bootstrap.servers": self.kafka})
        made = NewTopic(name, partitions, 1, config=settings or {})
        admin.create_topics([made])[name].result(10)
        return name

    def needs_kafka(self, what: str) -> None:
        """Skip a row that Tansu can't show."""
        if self.broker == "tansu":
            pytest.skip(f"Tansu: {what}")

    def produce(
        self,
        topic: str,
        *values: str | bytes | None,
        partition: int = 0,
        timestamp_ms: int = 0,
        **message: Any,
    ) -> None:
        """Produce to one partition, in order, acknowledged."""
        producer = Producer(
            {"bootstrap.servers": self.kafka, "linger.ms": 0, "message.max.bytes": 9_000_000}
        )
        for value in values:
            producer.produce(topic, value, partition=partition, timestamp=timestamp_ms, **message)
        assert producer.flush(10) == 0

    @contextlib.contextmanager
    def poll(self, topic: str, **properties: Any) -> Iterator[MappingPoller]:
        """Run a mapping of a topic with CloudFormation's properties."""
        source: dict[str, Any] = {
            "SelfManagedEventSource": {"Endpoints": {"KafkaBootstrapServers": [self.kafka]}}
        }
        given = {"Topics": [topic], "FunctionName": "toy", "StartingPosition": "TRIM_HORIZON"}
        made = mappings.from_properties(
            str(uuid.uuid4()),
            "Mapping",
            {**given, **({} if "EventSourceArn" in properties else source), **properties},
            (self.kafka,),
        )
        access = security.settings(made, self._read_secret)
        # Tansu holds back a group's first member for half of this.
        quick = {"session.timeout.ms": "1500", "heartbeat.interval.ms": "400"}
        settings = quick if self.broker == "tansu" else {}
        poller = MappingPoller(
            made,
            self.pool,
            access | settings,
            0.0,
            Room.with_gateways(0),
            self.notes.append,
            self.emulator.client,
        )
        poller.start()
        try:
            yield poller
        finally:
            assert poller.stop(10)

    def _read_secret(self, arn: str) -> str:
        found = self.emulator.client("secretsmanager").get_secret_value(SecretId=arn)
        return str(found["SecretString"])

    def wait_note(self, text: str) -> None:
        """Wait until the poller has noted something."""
        eventually(lambda: any(text in note for note in self.notes))

    def events(self, topic: str) -> list[dict[str, Any]]:
        """Every event the function was given of a topic, retries included, with its times."""
        path = self.sink / f"{topic}.jsonl"
        text = path.read_text() if path.exists() else ""
        # The last line may not be complete yet.
        return [json.loads(line) for line in text.rpartition("\n")[0].splitlines()]

    def batches(self, topic: str) -> list[list[str]]:
        """The values of each event."""
        return [
            [value_of(r) for records in e["event"]["records"].values() for r in records]
            for e in self.events(topic)
        ]

    def wait_batches(self, topic: str, count: int) -> list[list[str]]:
        return eventually(lambda: found if len(found := self.batches(topic)) >= count else None)

    def wait_done(self, poller: MappingPoller, offset: int, partition: int = 0) -> dict[str, Any]:
        """Wait until everything before an offset is done; returns how the partition does."""

        def look() -> dict[str, Any] | None:
            for row in poller.describe()["partitions"]:
                if row["partition"] == partition and (row["next_offset"] or 0) >= offset:
                    found: dict[str, Any] = row
                    return found
            return None

        return eventually(look)

    def committed(self, poller: MappingPoller, partition: int = 0) -> int:
        consumer = Consumer({"bootstrap.servers": self.kafka, "group.id": poller.mapping.group_id})
        place = TopicPartition(poller.mapping.topics[0], partition)
        (found,) = consumer.committed([place], timeout=10)
        consumer.close()
        return int(found.offset)

    def read(self, topic: str, count: int) -> list[tuple[bytes | None, dict[str, Any]]]:
        """Read so many messages of a topic's partition 0, values as JSON."""
        consumer = Consumer({"bootstrap.servers": self.kafka, "group.id": "reader"})
        consumer.assign([TopicPartition(topic, 0, 0)])
        found: list[tuple[bytes | None, dict[str, Any]]] = []
        deadline = time.monotonic() + 15
        while len(found) < count and time.monotonic() < deadline:
            message = consumer.poll(0.2)
            if message is not None and message.error() is None:
                key = message.key()
                found.append((key.encode() if isinstance(key, str) else key, _json(message)))
        consumer.close()
        assert len(found) == count
        return found


def _json(message: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(message.value())
    return read


@contextlib.contextmanager
def stage(folder: Path, kind: str) -> Iterator[Stage]:
    """A stage over the session's broker or a Tansu of its own, with the session's emulator."""
    endpoint = os.environ.get("LEDGERLANE_EMULATOR_URL")
    if not endpoint or not os.environ.get("LEDGERLANE_KAFKA"):
        pytest.skip("needs LEDGERLANE_EMULATOR_URL and LEDGERLANE_KAFKA: run `make test`")
    ours = kind == "session"
    name = os.environ.get("LEDGERLANE_BROKER", "kafka") if ours else kind
    layout = StateFolder(folder / "state")
    layout.prepare()
    sink = folder / "sink"
    sink.mkdir()
    spec = FunctionSpec(
        "toy", FUNCTION_ARN, "Toy", "toy_recorder.handler", "python3.11", str(TOY), "sha", 5, 128,
        {"TOY_SINK": str(sink)},
    )  # fmt: skip
    pool = StrictPool(spec, Site(layout, endpoint, "eu-central-1"), 4)
    try:
        with broker(kind, folder) as kafka:
            yield Stage(kafka, Emulator(endpoint, "eu-central-1"), sink, pool, name)
    finally:
        pool.close()


@contextlib.contextmanager
def broker(kind: str, folder: Path) -> Iterator[str]:
    """The session's broker, or a Tansu of its own."""
    if kind == "session":
        yield os.environ["LEDGERLANE_KAFKA"]
        return
    if os.environ.get("LEDGERLANE_BROKER") == "tansu":
        pytest.skip("the session's broker is a Tansu already")
    address = f"127.0.0.1:{free_port()}"
    command = [str(install_tansu(REPOSITORY / ".cache")), "broker", "--silent"]
    command += ["--listener-url", f"tcp://{address}", "--advertised-listener-url"]
    command += [f"tcp://{address}", "--storage-engine", "memory://tansu/"]
    with (folder / "tansu.log").open("wb") as log:
        process = subprocess.Popen(mortal(command), stdout=log, stderr=log, cwd=folder)
    try:
        yield address
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
