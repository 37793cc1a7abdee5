"""Measure the CPU cost of CloudEvents headers per event: producing, the poller, its function.

The same events go to two topics, with and without headers. A function that does nothing consumes
each topic. Rounds alternate between the two.

    python -m load.bench.headers --help

It needs a broker (LEDGERLANE_KAFKA), on which it creates topics.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
import uuid
from pathlib import Path
from typing import NamedTuple

import msgspec
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from handlers.applying.events import event_of, headers_of
from handlers.domain.state import Leg
from handlers.platform import memory
from handlers.platform.clock import rfc3339_us
from handlers.platform.kafka import Outbound, Producer
from handlers.platform.kafka_config import Brokers
from load.bench.poller import BATCH, IDLE_HANDLER, drain

#: Like our functions, it imports msgspec, so the worker decodes events with it, and it keeps its
#: memory.
HANDLER = (
    f"import msgspec\nfrom memory import keep_for_batches\n\nkeep_for_batches()\n\n{IDLE_HANDLER}"
)
PARTITIONS = 4
#: The events of one apply batch have the same time.
EVENTS_A_TIME = 100
PUBLISH_TIMEOUT_S = 30.0


class Costs(NamedTuple):
    """CPU in microseconds per event."""

    produce: float
    poller: float
    worker: float


def events(count: int) -> list[tuple[bytes, bytes]]:
    """Create events of deposits, each with its key."""
    made = []
    for number in range(count):
        account_id, time_us = f"acc_{number % 512:032x}", 1_790_000_000_000_000
        leg = Leg(
            transaction_id=f"txn_{number * 2_654_435_761:032x}",
            leg=1,
            kind="deposit",
            status="completed",
            account_id=account_id,
            user_id="",
            fingerprint="",
            partition=number % PARTITIONS,
            offset=number,
            requested_at_us=time_us,
            posted_at_us=time_us,
            completed_at_us=time_us,
            amount=100 + number,
            currency="EUR",
            balance_after=100 + number,
        )
        occurred_at = rfc3339_us(time_us + number // EVENTS_A_TIME * 50_000)
        made.append((account_id.encode(), msgspec.json.encode(event_of(leg, {}, occurred_at))))
    return made


def produce_us(kafka: str, topic: str, made: list[tuple[bytes, bytes]], has_headers: bool) -> float:
    """Publish events in batches, like the writer; return the CPU per event."""
    producer = Producer(Brokers(kafka), delivery_timeout_s=PUBLISH_TIMEOUT_S)
    begun_s = time.process_time()
    for start in range(0, len(made), BATCH):
        records = [
            Outbound(
                topic,
                start // BATCH % PARTITIONS,
                key,
                value,
                headers_of(value) if has_headers else (),
            )
            for key, value in made[start : start + BATCH]
        ]
        producer.wait(producer.send(records), PUBLISH_TIMEOUT_S)
    used_s = time.process_time() - begun_s
    producer.close(timeout_s=1)
    return used_s * 1e6 / len(made)


def measure(kafka: str, made: list[tuple[bytes, bytes]], has_headers: bool, folder: Path) -> Costs:
    """Publish and consume the events once, with a temporary topic."""
    topic = f"bench-{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(10)
    try:
        produced_us = produce_us(kafka, topic, made, has_headers)
        drained = drain(kafka, topic, len(made), folder, HANDLER)
    finally:
        admin.delete_topics([topic])[topic].result(10)
    return Costs(produced_us, drained.cpu_us, drained.worker_us)


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m load.bench.headers", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--kafka", default=os.environ.get("LEDGERLANE_KAFKA", "127.0.0.1:19092"))
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    made = events(options.events)
    found: dict[bool, list[Costs]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _bring_what_functions_have(folder / "code")
        for _ in range(options.rounds):
            for has_headers in (False, True):
                costs = measure(options.kafka, made, has_headers, folder)
                found[has_headers].append(costs)
                print(_line("with" if has_headers else "without", costs), flush=True)
    without, including = _median(found[False]), _median(found[True])
    print(_line("median without", without))
    print(_line("median with", including))
    more = Costs(*(b - a for a, b in zip(without, including, strict=True)))
    print(f"{_line('headers cost', more)}, together {sum(more):.1f}")


def _bring_what_functions_have(code: Path) -> None:
    code.mkdir()
    (code / "msgspec").symlink_to(Path(msgspec.__file__).parent)
    (code / "memory.py").symlink_to(memory.__file__)


def _median(found: list[Costs]) -> Costs:
    return Costs(*map(statistics.median, zip(*found, strict=True)))


def _line(name: str, costs: Costs) -> str:
    parts = ", ".join(f"{part} {us:.1f}" for part, us in costs._asdict().items())
    return f"{name:>15}: µs of CPU per event: {parts}"


if __name__ == "__main__":
    main()
