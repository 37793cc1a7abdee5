"""No more is accepted for a partition that is too far behind."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.accepting import admission as module
from handlers.accepting.admission import Admission
from handlers.platform.errors import Overloaded, Unavailable
from handlers.platform.kafka import Position
from handlers.sharding.shards import Shards

Rows = list[tuple[int, int, float | None]]


class Progress:
    """Stands for the table of the partitions' progress."""

    def __init__(self) -> None:
        self.rows: Rows = []
        self.looks = 0
        self.is_away = False

    def read(self, *_: Any) -> Rows:
        self.looks += 1
        if self.is_away:
            raise Unavailable
        return self.rows


class World:
    """An admission whose time goes by when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 1000.0
        monkeypatch.setattr(module, "monotonic_s", lambda: self.now_s)
        self.progress = Progress()
        self.admission = Admission(Shards.only(self.progress), "topic", 10)  # type: ignore[arg-type]  # a double

    def is_admitted(self, partition: int) -> bool:
        try:
            self.admission.check(partition)
        except Overloaded as error:
            self.retry_after_s = error.retry_after_s
            return False
        return True


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_what_was_produced_and_is_not_applied_for_too_long_closes_its_partition(
    world: World,
) -> None:
    world.progress.rows = [(1, 5, None), (2, 8, None)]
    world.admission.produced(Position(1, 5))
    world.admission.produced(Position(2, 7))
    world.now_s += 9
    assert world.is_admitted(1)
    world.now_s += 2
    assert not world.is_admitted(1)
    assert world.retry_after_s == 1
    assert world.is_admitted(2)
    world.progress.rows = [(1, 6, None)]
    world.now_s += 1
    assert world.is_admitted(1)


def test_the_latest_counts_though_it_came_right_after_another(world: World) -> None:
    for offset in range(5, 9):
        world.admission.produced(Position(1, offset))
    world.progress.rows = [(1, 8, None)]
    world.now_s += 11
    assert not world.is_admitted(1)


def test_what_the_last_batch_waited_closes_its_partition_in_every_process(world: World) -> None:
    world.admission.produced(Position(1, 5))
    world.progress.rows = [(3, 900, 25.0), (4, 900, 3.0)]
    world.now_s += 1
    assert not world.is_admitted(3)
    assert world.is_admitted(4)
    world.progress.rows = [(3, 900, None)]
    world.now_s += 1
    assert world.is_admitted(3)


def test_one_query_a_second_is_enough_and_none_while_nothing_waits(world: World) -> None:
    for _ in range(100):
        assert world.is_admitted(1)
    assert world.progress.looks == 0
    world.admission.produced(Position(1, 5))
    for _ in range(50):
        world.now_s += 0.1
        world.is_admitted(1)
    assert world.progress.looks <= 5


def test_what_was_found_long_ago_closes_nothing(world: World) -> None:
    world.admission.produced(Position(1, 5))
    world.now_s += 11
    assert not world.is_admitted(1)
    world.now_s += 100
    # Somebody else is looking right now.
    with world.admission._watches[1].looking:
        assert world.is_admitted(1)


def test_a_database_that_is_away_closes_nothing(world: World) -> None:
    world.admission.produced(Position(1, 5))
    world.progress.is_away = True
    world.now_s += 60
    assert world.is_admitted(1)


def test_offsets_that_start_anew_are_another_topic_s(world: World) -> None:
    world.admission.produced(Position(1, 50_000))
    world.admission.produced(Position(1, 3))
    world.progress.rows = [(1, 4, None)]
    world.now_s += 20
    assert world.is_admitted(1)


def test_no_limit_asks_nobody(world: World) -> None:
    admission = Admission(Shards.only(world.progress), "topic", 0)  # type: ignore[arg-type]  # a double
    admission.produced(Position(1, 5))
    world.now_s += 1000
    admission.check(1)
    assert world.progress.looks == 0
