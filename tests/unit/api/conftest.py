"""The app over stand-ins: what it would produce is kept, and its database must not be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions import wiring
from handlers.domain import commands as c
from handlers.domain.callers import Caller, Role
from handlers.platform import clock
from handlers.platform.errors import Unauthenticated
from handlers.platform.kafka import Headers, Outbound, Position
from handlers.reading.accounts import Owners
from handlers.sharding.shards import Shards
from tests.support.http import Client
from tests.support.settings import settings_with
from tests.unit.api.tables import Tables

ALICE = "usr_" + "a" * 32
BOB = "usr_" + "b" * 32
OPERATOR = "usr_" + "0" * 32
ACCOUNT = "acc_" + "a" * 32
OTHERS_ACCOUNT = "acc_" + "b" * 32


@dataclass
class ProducerStub:
    """Takes records as the brokers would."""

    records: list[tuple[int, c.AnyCommand]] = field(default_factory=list)
    headers: list[Headers] = field(default_factory=list)
    error: Exception | None = None

    def send(self, records: Iterable[Outbound]) -> list[int]:
        sent = []
        for record in records:
            if self.error is not None:
                raise self.error
            command = c.decode(record.value)
            assert record.key.decode() == c.account_of(command)
            sent.append(len(self.records))
            self.headers.append(record.headers)
            self.records.append((record.partition, command))
        return sent

    def wait(self, pendings: list[int], timeout_s: float = 0) -> list[Position]:
        return [Position(self.records[n][0], n) for n in pendings]

    positions = wait


class SessionsStub:
    """Knows two tokens."""

    def caller(self, token: str, *_: Any) -> Caller:
        known: dict[str, tuple[str, Role]] = {
            "alice": (ALICE, "customer"),
            "operator": (OPERATOR, "operator"),
        }
        if token not in known:
            raise Unauthenticated
        user_id, role = known[token]
        return Caller(user_id, role, 2**60, clock.now_us())


class NoDatabase:
    """Fails the test that asks it."""

    def read(self, *_: Any) -> Any:
        raise AssertionError("the database was asked")

    write = read
    connection = read


class PartitioningStub:
    """Knows the count without asking anybody."""

    partitions = 12

    def sending_by(self) -> int:
        return self.partitions


@dataclass
class Api:
    """The app and what it did."""

    producer: ProducerStub
    alice: Client
    operator: Client
    nobody: Client


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Wire the app with stand-ins; Alice owns `ACCOUNT`."""
    wiring.reset()
    wiring.settings.replace(settings_with())
    producer = ProducerStub()
    nowhere: Any = NoDatabase()
    stand_ins: list[tuple[wiring.once[Any], Any]] = [
        (wiring.producer, producer),
        (wiring.sessions, SessionsStub()),
        (wiring.database, nowhere),
        (wiring.shards, Shards.only(nowhere)),
        (wiring.partitioning, PartitioningStub()),
    ]
    for once, stand_in in stand_ins:
        once.replace(stand_in)
    owners = Owners(wiring.shards())
    owners._known |= {ACCOUNT: ALICE, OTHERS_ACCOUNT: BOB}
    wiring.owners.replace(owners)
    yield Api(producer, Client("alice"), Client("operator"), Client())
    wiring.reset()


class WaiterStub:
    """Sees no result, however long it waits."""

    def wait(self, expected: list[Any], timeout_s: float) -> list[None]:
        return [None] * len(expected)


@dataclass
class World(Api):
    """The app over a database of a few rows."""

    tables: Tables


@pytest.fixture
def world(api: Api) -> World:
    """Wire the app over `Tables`, where Alice owns `ACCOUNT` and Bob `OTHERS_ACCOUNT`."""
    tables = Tables(owners={ACCOUNT: ALICE, OTHERS_ACCOUNT: BOB})
    wiring.owners.reset()
    wiring.database.replace(tables)  # type: ignore[arg-type]  # a double
    wiring.shards.replace(Shards.only(tables))  # type: ignore[arg-type]  # a double
    wiring.waiter.replace(WaiterStub())  # type: ignore[arg-type]  # a double
    wiring.log_reader.replace(None)  # type: ignore[arg-type]  # nothing looks into the log
    return World(api.producer, api.alice, api.operator, api.nobody, tables)
