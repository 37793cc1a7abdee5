"""On few cores, each gateway has its own, and work that nobody waits for keeps off them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from dataplane.model import KafkaMapping
from dataplane.poller.events import Record
from dataplane.poller.mapping import MappingPoller
from dataplane.poller.partition_queue import PartitionQueue
from dataplane.process import Room
from dataplane.worker import Invocation

Cores = Callable[[int], None]


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> Cores:
    """Make the machine appear to have so many cores."""

    def have(count: int) -> None:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(count)))

    return have


@pytest.mark.parametrize(
    ("count", "gateways", "taken"),
    [(2, 1, (0,)), (4, 2, (0, 1)), (4, 1, (0,)), (1, 1, ()), (2, 2, ()), (8, 1, ()), (2, 0, ())],
)
def test_gateways_have_cores_of_their_own_where_there_are_few_but_enough(
    cores: Cores, count: int, gateways: int, taken: tuple[int, ...]
) -> None:
    cores(count)
    room = Room.with_gateways(gateways)
    assert room.gateways == taken
    assert room.others == set(range(count)) - set(taken)


def test_what_is_started_meanwhile_keeps_off_a_gateways_core() -> None:
    every = os.sched_getaffinity(0)
    room = Room(frozenset(every), (min(every),) if len(every) > 1 else ())
    report = "import os; print(sorted(os.sched_getaffinity(0)))"
    with room.left():
        seen = subprocess.run(
            [sys.executable, "-c", report], capture_output=True, text=True, check=True
        ).stdout
    assert seen.strip() == str(sorted(room.others))
    assert os.sched_getaffinity(0) == every


def test_a_core_that_the_kernel_refuses_is_no_reason_to_fail() -> None:
    every = os.sched_getaffinity(0)
    with Room(frozenset(every), tuple(every)).left():
        assert os.sched_getaffinity(0) == every


class PoolOfCores:
    """Records the cores that it is restricted to."""

    limit = 1

    def __init__(self) -> None:
        self.spec: Any = type("Spec", (), {"arn": "arn"})
        self.asked: list[frozenset[int] | None] = []

    def invoke(
        self, _event: bytes, request_id: str, cores: frozenset[int] | None = None
    ) -> Invocation:
        self.asked.append(cores)
        return Invocation(b"{}", False)


@pytest.mark.parametrize(
    ("records", "took_s", "cores"),
    [
        (1, 0.0, {0, 1}),
        (1, 0.03, {0, 1}),
        (1, 0.1, {1}),
        (2, 0.1, {0, 1}),
    ],
)
def test_at_the_limit_a_batch_that_is_not_full_leaves_the_gateways_their_cores(
    records: int, took_s: float, cores: set[int]
) -> None:
    pool: Any = PoolOfCores()
    room = Room(frozenset({0, 1}), (0,))
    mapping = KafkaMapping("u", "M", "fn", ("t",), ("127.0.0.1:1",), "g", batch_size=2)
    poller = MappingPoller(mapping, pool, {}, 0.04, room, lambda _text: None, lambda _name: None)
    queue = PartitionQueue("t", 0, last_took_s=took_s)
    poller._invoke(queue, [Record(number, 0, b"{}") for number in range(records)], "id")
    assert pool.asked == [cores]
