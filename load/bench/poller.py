"""Measure the poller's CPU per record: reading, encoding the event, sending and committing.

A mapping drains a prepared topic in batches of 500, with a function that does nothing. The figures
are those of the poller's process, without the function's worker.

    python -m load.bench.poller --help

It needs a broker (LEDGERLANE_KAFKA), on which it creates a topic.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "localstack/dataplane/src"))

from dataplane.model import FunctionSpec, KafkaMapping
from dataplane.poller.events import EventWriter, encode_record
from dataplane.poller.mapping import MappingPoller
from dataplane.pool import StrictPool
from dataplane.process import Room, collect_less
from dataplane.state_folder import StateFolder
from dataplane.worker import Site
from load.bench.processes import children, cpu_s

BATCH = 500
IDLE_HANDLER = "def handler(event, context):\n    return {'batchItemFailures': []}\n"
_REST_S = 0.02
_DEADLINE_S = 300.0
# The limit, in microseconds of CPU per record.
LIMIT_US = 15.0


@dataclass(frozen=True)
class Round:
    """The figures of one run. CPU is in microseconds per record, of the poller and the workers."""

    records_per_s: float
    cpu_us: float
    batch: float
    worker_us: float


def build_us(value: bytes, count: int = 50_000) -> float:
    """Measure the CPU per record of encoding and writing alone, without Kafka."""
    writer = EventWriter("SelfManagedKafka", ("127.0.0.1:9092",), None)
    begun = time.process_time()
    for start in range(0, count, BATCH):
        records = [
            encode_record("t", 0, start + i, (1, 0), b"key", value, None) for i in range(BATCH)
        ]
        writer.write([("t-0", records)])
    return (time.process_time() - begun) * 1e6 / count


def fill(kafka: str, topic: str, count: int, partitions: int, value: bytes) -> None:
    """Create a topic and fill its partitions evenly."""
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(10)
    producer = Producer({"bootstrap.servers": kafka, "acks": "all", "linger.ms": 50})
    for number in range(count):
        while True:
            try:
                producer.produce(topic, value, key=b"key", partition=number % partitions)
                break
            except BufferError:
                producer.poll(0.1)
        if number % 1000 == 0:
            producer.poll(0)
    if producer.flush(60):
        raise RuntimeError("the broker did not acknowledge all records within 60 s")


def drain(kafka: str, topic: str, count: int, folder: Path, handler: str = IDLE_HANDLER) -> Round:
    """Drain a topic with a new consumer group.

    Parameters
    ----------
    folder
        The directory in which the function's artefact is created, as ``code``. Existing files
        there become part of it.
    handler
        The source of the function's module.
    """
    code = folder / "code"
    code.mkdir(exist_ok=True)
    (code / "idle.py").write_text(handler)
    layout = StateFolder(folder / "state")
    layout.prepare()
    spec = FunctionSpec("idle", "arn", "Idle", "idle.handler", "python", str(code), "", 30, 128)
    pool = StrictPool(spec, Site(layout, "http://127.0.0.1:1", "eu-central-1"), 2)
    pool.warm(2)
    mapping = KafkaMapping(
        "bench", "Bench", "idle", (topic,), (kafka,), uuid.uuid4().hex, batch_size=BATCH,
        partial_responses=True,
    )  # fmt: skip
    room = Room.with_gateways(0)
    poller = MappingPoller(mapping, pool, {}, _REST_S, room, lambda line: None, _no_client)
    # Like the poller's process.
    collect_less()
    workers_began_s = _workers_s()
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    poller.start()
    done = 0
    while done < count:
        if time.monotonic() - begun > _DEADLINE_S:
            raise RuntimeError(f"got only {done} of {count} records in {_DEADLINE_S:.0f} s")
        time.sleep(0.1)
        done = sum(row["done"] for row in poller.describe()["partitions"])
    took_s = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_SELF)
    workers_used_s = _workers_s() - workers_began_s
    poller.stop(10)
    pool.close()
    used_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Round(
        count / took_s,
        used_s * 1e6 / count,
        count / poller.invocations,
        workers_used_s * 1e6 / count,
    )


def _workers_s() -> float:
    """Return the CPU time of this process's live children, in seconds."""
    return sum(cpu_s(pid) for pid in children(os.getpid()))


def _no_client(service: str) -> Any:
    raise RuntimeError(f"the benchmark's mapping does not use {service}")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 1 if the result exceeds the limit."""
    parser = argparse.ArgumentParser(
        prog="python -m load.bench.poller", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--kafka", default=os.environ.get("LEDGERLANE_KAFKA", "127.0.0.1:19092"))
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--partitions", type=int, default=12)
    parser.add_argument("--bytes", type=int, default=200, help="size of a value (200)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args(arguments)
    value = b"x" * options.bytes
    topic = f"bench-{uuid.uuid4().hex[:8]}"
    encoding_us = build_us(value)
    print(f"encode and write, without Kafka: {encoding_us:.1f} µs of CPU per record")
    fill(options.kafka, topic, options.records, options.partitions, value)
    with tempfile.TemporaryDirectory() as folder:
        rounds = [
            drain(options.kafka, topic, options.records, Path(folder))
            for _ in range(options.rounds)
        ]
    admin = AdminClient({"bootstrap.servers": options.kafka})
    admin.delete_topics([topic])[topic].result(10)
    for one in rounds:
        print(
            f"{one.records_per_s:8.0f} records/s  {one.cpu_us:5.1f} µs of CPU per record  "
            f"{one.batch:5.0f} records per batch"
        )
    median_us = statistics.median(one.cpu_us for one in rounds)
    print(f"median {median_us:.1f} µs per record; the limit is {LIMIT_US:.0f}")
    if options.json:
        about = {"machine": platform.platform(), "cores": os.cpu_count(), "batch": BATCH}
        figures = {"encode_us": encoding_us, "rounds": [asdict(one) for one in rounds]}
        options.json.write_text(json.dumps(about | figures, indent=1) + "\n")
    return 0 if median_us <= LIMIT_US else 1


if __name__ == "__main__":
    raise SystemExit(main())
