"""Many records through pollers and workers that are killed at random.

SOAK_RECORDS says how many: 20,000 by itself, 1,000,000 as the project's claim has it (`python -m
pytest -s tests/integration/dataplane/test_soak.py` on a running instance shows the figures).
"""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
from pathlib import Path

import pytest
from confluent_kafka import Producer

from tests.integration.dataplane.conftest import PARTITIONS, Toy

pytestmark = pytest.mark.integration

RECORDS = int(os.environ.get("SOAK_RECORDS", "20000"))
KILLS = max(2, RECORDS // 50_000)
BATCH = 500
# Half as many again as an unhurried poller was seen to use at full speed.
MEMORY_MB = 250


def produce(toy: Toy) -> None:
    """Produce to each partition the numbers from 0 on, over and over in turn."""
    producer = Producer({"bootstrap.servers": toy.kafka, "acks": "all", "linger.ms": 20})
    for number in range(RECORDS // PARTITIONS):
        for partition in range(PARTITIONS):
            while True:
                try:
                    producer.produce(toy.name, str(number), partition=partition)
                    break
                except BufferError:
                    producer.poll(0.1)
        producer.poll(0)
    assert producer.flush(60) == 0


def memory_mb(pid: int) -> float:
    """The most memory a process has had, in MB; 0 where it's gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


class Sink:
    """What the counting function noted of one partition, read as it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self.next = 0
        self.repeated = 0
        self.rewinds = 0
        self._expected = 0

    def look(self) -> int:
        """Read on, and check; returns the number of records done."""
        if not self._path.exists():
            return 0
        with self._path.open() as notes:
            notes.seek(self._read)
            text = notes.read()
        text = text[: text.rfind("\n") + 1]
        self._read += len(text)
        for line in text.splitlines():
            kind, first, last = line.split()[0], *map(int, line.split()[1:])
            assert kind == "batch", f"out of order within a batch: {line}"
            assert first <= self.next, f"{self.next} to {first - 1} lost: {line}"
            self.rewinds += first != self._expected
            self.repeated += max(0, min(self.next, last + 1) - first)
            self._expected = last + 1
            self.next = max(self.next, last + 1)
        return self.next


def test_records_survive_pollers_and_workers_killed_at_random(undeployed: Toy) -> None:
    toy, choice = undeployed, random.Random(5)
    toy.deploy(consumer="toy_counter.handler", BatchSize=BATCH)
    toy.start()
    sinks = [Sink(toy.sink / f"{toy.name}-{p}.ranges") for p in range(PARTITIONS)]
    total = RECORDS // PARTITIONS * PARTITIONS
    # By progress, not by the clock: so a fast machine is hurt as often as a slow one.
    moments = sorted(choice.uniform(0.02, 0.9) * total for _ in range(KILLS))
    producing = threading.Thread(target=produce, args=(toy,))
    begun = time.monotonic()
    producing.start()
    most_mb, done, kills, done_at_kill = 0.0, 0, 0, 0
    while done < total:
        assert time.monotonic() - begun < 60 + RECORDS / 2000, "the log isn't drained"
        done = sum(sink.look() for sink in sinks)
        # Not before something came through since the last: else a few places get all the kills.
        if moments and done > max(moments[0], done_at_kill):
            victim = choice.choice(
                ["poller", "poller", f"worker.ToyConsumer.{choice.randint(0, 1)}"]
            )
            # One that is dead just now can't be killed: it is tried again.
            with contextlib.suppress(OSError, ValueError):
                most_mb = max(most_mb, memory_mb(toy.pid("poller")))
                toy.kill(victim)
                kills, done_at_kill = kills + 1, done
                moments.pop(0)
        time.sleep(0.02)
    producing.join()
    took_s = time.monotonic() - begun
    most_mb = max(most_mb, memory_mb(toy.pid("poller")))
    print(
        f"{total} records in {took_s:.1f} s ({total / took_s:.0f}/s), {kills} kills, "
        f"{sum(sink.repeated for sink in sinks)} records delivered again, "
        f"the poller's memory at most {most_mb:.0f} MB"
    )
    # What is delivered twice is what was in flight or uncommitted at a kill, in one stretch each.
    assert max(sink.rewinds for sink in sinks) <= kills
    assert kills >= 1
    assert 0 < most_mb < MEMORY_MB
