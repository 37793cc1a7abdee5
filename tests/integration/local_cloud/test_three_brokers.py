"""Three brokers: one of them, and its disk, are lost without an acknowledged record."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from handlers.platform.bounds import COMMANDS_TOPIC
from handlers.platform.errors import Unavailable
from handlers.platform.kafka import Outbound, Position, Producer
from handlers.platform.kafka_config import Brokers
from load.judge.topic import read_topic
from local_cloud.config import ROOT, Instance, Ports, load_instance
from local_cloud.console import Progress
from local_cloud.lifecycle import restart, start_all
from local_cloud.ports import free_block
from local_cloud.services.kafka import Kafka
from local_cloud.up import clean

pytestmark = [pytest.mark.integration, pytest.mark.slow]
QUIET = Progress(quiet=True)


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[list[Kafka]]:
    environment = {"BROKERS": "3", "OBSERVE": "0", "LEDGERLANE_CACHE": str(ROOT / ".cache")}
    first = free_block(len(Ports.names()), 29000, 32000)
    instance = load_instance(environment, state=tmp_path / "state", ports_from=first)
    instance.broker = Kafka.kind
    instance.save()
    made = [Kafka(instance, node) for node in instance.nodes]
    start_all(made, QUIET)
    yield made
    clean(load_instance({}, state=instance.state), QUIET)


class Writing:
    """Sends one record after the other, and notes where each acknowledged one is."""

    def __init__(self, instance: Instance) -> None:
        self._producer = Producer(Brokers(instance.kafka_bootstrap))
        self._partitions = itertools.cycle(range(instance.partitions))
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.acknowledged: dict[Position, bytes] = {}
        self.refused = 0

    def __enter__(self) -> Writing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._producer.close()

    def _work(self) -> None:
        for number in itertools.count():
            if self._is_over.is_set():
                return
            value = str(number).encode()
            record = Outbound(COMMANDS_TOPIC, next(self._partitions), b"account", value)
            try:
                (position,) = self._producer.wait(self._producer.send([record]))
            except Unavailable:
                self.refused += 1
            else:
                self.acknowledged[position] = value


def wait_until(condition: Callable[[], bool], timeout_s: float = 90.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def in_sync(instance: Instance) -> list[int]:
    """Return how many replicas of each partition have all of its records."""
    admin = AdminClient({"bootstrap.servers": instance.kafka_bootstrap, "log_level": 0})
    found = admin.list_topics(COMMANDS_TOPIC, timeout=10).topics[COMMANDS_TOPIC]
    return [len(partition.isrs) for partition in found.partitions.values()]


def test_a_killed_broker_with_an_emptied_disk_costs_no_acknowledged_record(
    nodes: list[Kafka],
) -> None:
    instance, lost = nodes[0].instance, nodes[0]
    assert in_sync(instance) == [3] * instance.partitions
    with Writing(instance) as writing:

        def goes_on(records: int = 200) -> None:
            enough = len(writing.acknowledged) + records
            wait_until(lambda: len(writing.acknowledged) >= enough)

        goes_on()
        assert lost.process is not None
        os.kill(lost.process.pid, signal.SIGKILL)
        wait_until(lambda: lost.process is None)
        goes_on()
        shutil.rmtree(lost.folder)
        restart(lost, QUIET)
        wait_until(lambda: in_sync(instance) == [3] * instance.partitions)
        goes_on()
        # What came back has everything: it leads when another one is lost.
        assert nodes[1].process is not None
        os.kill(nodes[1].process.pid, signal.SIGKILL)
        wait_until(lambda: nodes[1].process is None)
        goes_on()

    topic = read_topic(instance.kafka_bootstrap, COMMANDS_TOPIC)
    found = {Position(one.partition, one.offset): one.value for part in topic for one in part}
    assert writing.acknowledged.items() <= found.items()
