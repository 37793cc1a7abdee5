"""Records come to the partition they are sent to, in order, whichever way they are waited for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from functions.rebuild import Source
from handlers.platform.errors import Unavailable
from handlers.platform.kafka import Outbound, Producer
from handlers.platform.log_history import LogHistory
from tests.integration.ledger.harness import PARTITIONS

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[3]
EACH = 40

#: Many greenlets of one process send at once, each some records in turn.
GREENLETS = """
from gevent import monkey
monkey.patch_all()
import json, sys, time
import gevent
from handlers.platform.kafka import Outbound, Producer
from handlers.platform.kafka_config import Brokers
from handlers.platform.errors import Unavailable

bootstrap, topic, partitions, each, patience_s = json.loads(sys.argv[1])
producer = Producer(Brokers(bootstrap), delivery_timeout_s=patience_s)

def send(partition):
    places = []
    for number in range(each):
        record = Outbound(topic, partition, b"key", b"%d-%d" % (partition, number))
        try:
            places += producer.wait(producer.send([record]), patience_s + 1)
        except Unavailable:
            places.append(None)
    return places

begun_s = time.monotonic()
jobs = [gevent.spawn(send, partition) for partition in range(partitions)]
gevent.joinall(jobs, raise_error=True)
took_s = time.monotonic() - begun_s
producer.close()
print(json.dumps({"places": [job.value for job in jobs], "took_s": took_s}))
"""


def values_of(source: Source) -> list[list[bytes]]:
    """Read each partition from its beginning to its end."""
    history = LogHistory(source.brokers, source.topic)
    try:
        return [
            [record.value or b"" for record in history.read(partition, 0, EACH + 1)]
            for partition in range(source.partitions)
        ]
    finally:
        history.close()


def in_greenlets(bootstrap: str, topic: str, patience_s: float, each: int) -> dict[str, Any]:
    settings = json.dumps([bootstrap, topic, PARTITIONS, each, patience_s])
    done = subprocess.run(
        [sys.executable, "-c", GREENLETS, settings],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def expected() -> list[list[bytes]]:
    return [
        [b"%d-%d" % (partition, number) for number in range(EACH)]
        for partition in range(PARTITIONS)
    ]


def test_what_is_sent_at_once_comes_to_its_partitions_in_order(source: Source) -> None:
    producer = Producer(source.brokers)
    mixed = [
        Outbound(source.topic, partition, b"key", b"%d-%d" % (partition, number))
        for number in range(EACH)
        for partition in range(PARTITIONS)
    ]
    places = producer.wait(producer.send(mixed))
    producer.close()
    assert places == [
        (partition, number) for number in range(EACH) for partition in range(PARTITIONS)
    ]
    assert values_of(source) == expected()


def test_what_greenlets_send_at_once_comes_to_its_partitions_in_order(source: Source) -> None:
    found = in_greenlets(source.brokers.bootstrap, source.topic, 10, EACH)
    assert found["places"] == [
        [[partition, number] for number in range(EACH)] for partition in range(PARTITIONS)
    ]
    assert values_of(source) == expected()


def test_greenlets_wait_for_a_broker_that_is_away_in_bounded_time() -> None:
    found = in_greenlets("127.0.0.1:1", "topic", 0.5, 1)
    assert found["places"] == [[None]] * PARTITIONS
    assert found["took_s"] < 5


def test_a_partition_that_there_is_not_takes_no_other_along(source: Source) -> None:
    producer = Producer(source.brokers)
    producer.warm_up()
    lost, taken = producer.send(
        [
            Outbound(source.topic, PARTITIONS + 3, b"key", b"a"),
            Outbound(source.topic, 0, b"key", b"b"),
        ]
    )
    assert producer.wait([taken]) == [(0, 0)]
    with pytest.raises(Unavailable):
        producer.wait([lost])
    producer.close()
