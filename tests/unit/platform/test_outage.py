"""A database that is known to be away costs a request nothing; a busy one is not away."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.platform import outage as module
from handlers.platform import postgres
from handlers.platform.errors import Unavailable
from handlers.platform.outage import ATTEMPT_S, REST_S, Outage
from handlers.platform.postgres import Database

PATIENCE_S = 3.0


class World:
    """An outage whose time goes by when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 1000.0
        monkeypatch.setattr(module, "monotonic_s", lambda: self.now_s)
        self.outage = Outage(PATIENCE_S)

    def miss(self) -> None:
        began_s = self.now_s
        self.now_s += self.outage.patience_s()
        self.outage.missed(began_s)

    def is_left_alone(self) -> bool:
        try:
            self.outage.patience_s()
        except Unavailable:
            return True
        return False


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_a_server_that_could_not_be_reached_is_left_alone_for_a_while(world: World) -> None:
    assert world.outage.patience_s() == PATIENCE_S
    world.miss()

    assert world.is_left_alone()
    world.now_s += REST_S
    assert world.outage.patience_s() == ATTEMPT_S


def test_one_request_makes_the_attempt_and_the_others_go_on(world: World) -> None:
    world.miss()
    world.now_s += REST_S

    assert not world.is_left_alone()
    assert world.is_left_alone()


def test_a_server_that_is_back_is_waited_for_as_before(world: World) -> None:
    world.miss()
    world.now_s += REST_S
    world.outage.patience_s()
    world.outage.reached()

    assert world.outage.patience_s() == PATIENCE_S


def test_a_server_that_answers_others_is_busy_and_not_away(world: World) -> None:
    began_s = world.now_s
    world.now_s += 1
    world.outage.reached()
    world.now_s += 2
    world.outage.missed(began_s)

    assert not world.is_left_alone()


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(postgres, "CHECKOUT_TIMEOUT_S", 0.1)
    return Database("postgresql://nobody@127.0.0.1:1/nothing", max_size=1)


def test_only_the_first_request_waits_for_a_database_among_several(
    nowhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere.fail_fast()
    waits = []
    connection = nowhere._pool.connection

    def counted(patience_s: float) -> Any:
        waits.append(patience_s)
        return connection(patience_s)

    monkeypatch.setattr(nowhere._pool, "connection", counted)

    for _ in range(100):
        with pytest.raises(Unavailable, match="the database can't be reached"):
            nowhere.read("select 1")

    assert waits == [0.1]
    nowhere.close()
