"""A shard that is away stops what is about its accounts, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import pytest

from functions import wiring
from handlers.applying.sweeper import sweep
from handlers.domain import commands as c
from handlers.platform.errors import Unavailable
from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards
from tests.integration.ledger.answers import api_over
from tests.integration.ledger.harness import COMMANDS, Client
from tests.integration.ledger.pooling import empty, free_port
from tests.integration.ledger.sharded import Producing, ShardedLedger
from tests.support.histories import OWNER
from tests.support.http import Answer
from tests.support.http import Client as HttpClient

pytestmark = pytest.mark.integration

HOMES: Final = {1: 2}


class Away(Database):
    """A database that nothing listens for; counts who waits for it."""

    def __init__(self) -> None:
        super().__init__(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing", max_size=1)
        self.asked = 0

    @contextmanager
    def connection(self) -> Iterator[NoReturn]:
        self.asked += 1
        raise Unavailable("the database can't be reached")
        yield


class World:
    """A ledger over two databases, of which the second is away.

    Attributes
    ----------
    here, there
        Accounts on the first database, and on the second.
    under_way
        A transfer from here that is not applied there yet.
    waiting
        A deposit here that is in the log only.
    """

    def __init__(self, ledger: ShardedLedger) -> None:
        self.ledger = ledger
        client = Client(ledger, OWNER)
        self.here, self.there = (client.open(n, balance=1000) for n in (0, 1))
        self.paid_here = client.deposit(self.here, 5)
        self.paid_there = client.deposit(self.there, 5)
        self.held_here = client.hold(self.here, 7)
        self.held_there = client.hold(self.there, 7)
        for command in (self.paid_here, self.paid_there, self.held_here, self.held_there):
            ledger.do(command)
        self.under_way = client.transfer(self.here, self.there, 9)
        ledger.send(self.under_way)
        ledger.apply(0)
        self.waiting = client.deposit(self.here, 11)
        ledger.send(self.waiting)
        self.away = Away()
        self.whole = ledger.shards
        self.shards = Shards([ledger.database, self.away], COMMANDS, ledger.partitions)

    def get(self, path: str) -> Answer:
        return HttpClient("owner").get(path)

    def position(self, command: c.AnyCommand) -> str:
        """Return where a command is, as the API's parameter."""
        partition, offset = next(
            (record.partition, record.offset)
            for records in self.ledger.log.partitions
            for record in records
            if record.value == c.encode(command)
        )
        return f"position={partition}-{offset}"


@pytest.fixture
def world(url: str, further_url: str) -> Iterator[World]:
    empty(further_url)
    ledger = ShardedLedger([url, further_url], HOMES)
    made = World(ledger)
    ledger.shards = made.shards
    producer: Any = Producing(ledger)
    try:
        with api_over(ledger):
            wiring.producer.replace(producer)
            yield made
    finally:
        made.whole.close()
        made.away.close()


def of_account(account_id: str) -> list[str]:
    here = f"/accounts/{account_id}"
    return [
        *(here, f"{here}/balance", f"{here}/balance?at=2023-11-14T22:13:21Z", f"{here}/limits"),
        *(f"{here}/entries", f"{here}/statement", f"/transactions?account_id={account_id}"),
        f"/holds?account_id={account_id}",
    ]


def test_what_is_about_other_accounts_does_not_ask_the_shard(world: World) -> None:
    paths = [
        *of_account(world.here),
        f"/holds/hld_{world.held_here.transaction_id[4:]}",
        f"/transactions/{world.paid_here.transaction_id}",
        f"/transactions/{world.paid_here.transaction_id}?{world.position(world.paid_here)}",
        # Its first leg is here, and says all that its sender is shown.
        f"/transactions/{world.under_way.transaction_id}",
        f"/transactions/{world.under_way.transaction_id}?{world.position(world.under_way)}",
    ]

    answers = {path: world.get(path).status for path in paths}

    assert answers == dict.fromkeys(paths, 200)
    assert world.away.asked == 0


def test_what_is_about_its_accounts_is_unavailable(world: World) -> None:
    paths = [
        *of_account(world.there),
        f"/holds/hld_{world.held_there.transaction_id[4:]}",
        f"/transactions/{world.paid_there.transaction_id}",
        f"/transactions/{world.paid_there.transaction_id}?{world.position(world.paid_there)}",
        *("/accounts", "/transactions", "/holds"),
    ]

    answers = {path: world.get(path).status for path in paths}

    assert answers == dict.fromkeys(paths, 503)


def test_what_may_be_on_the_shard_is_not_said_to_be_nowhere(world: World) -> None:
    assert world.get("/transactions/txn_" + "7" * 32).status == 503
    assert world.get("/holds/hld_" + "7" * 32).status == 503
    unknown = next(
        account
        for account in (f"acc_{n:032x}" for n in range(100))
        if world.shards.number_of_account(account) == 1
    )
    assert world.get(f"/accounts/{unknown}").status == 404


def test_a_command_that_waits_on_another_shard_is_found_by_its_position(world: World) -> None:
    path = f"/transactions/{world.waiting.transaction_id}?{world.position(world.waiting)}"

    assert (world.get(path).status, world.get(path).json["status"]) == (200, "pending")

    world.ledger.shards = world.whole
    world.ledger.apply(0)
    assert (world.get(path).status, world.get(path).json["status"]) == (200, "completed")


def test_commands_about_other_accounts_are_accepted(world: World) -> None:
    body = {"amount": 3, "currency": "EUR"}

    paid = HttpClient("owner").post("/deposits", {"account_id": world.here, **body})
    sent = HttpClient("owner").post(
        "/transfers",
        {"source_account_id": world.here, "destination_account_id": world.there, **body},
    )

    assert (paid.status, sent.status) == (202, 202), paid.text + sent.text
    assert world.away.asked == 0


def test_each_item_of_a_batch_stands_alone(world: World) -> None:
    items = [
        {"kind": "deposit", "account_id": account_id, "amount": 3, "currency": "EUR"}
        for account_id in (world.here, world.there, world.here)
    ]
    holds = [
        {"kind": "void", "hold_id": "hld_" + one.transaction_id[4:]}
        for one in (world.held_here, world.held_there)
    ]

    answer = HttpClient("owner").post("/transactions/batch", {"items": items + holds})

    outcomes = [one.get("code", one["status"]) for one in answer.json["items"]]
    assert outcomes == ["pending", "unavailable", "pending", "pending", "unavailable"]


def test_health_says_which_shard_is_down(world: World) -> None:
    answer = world.get("/health")

    assert answer.json["status"] == "degraded"
    assert answer.json["checks"]["postgres"] == "ok"
    assert answer.json["checks"]["shards"] == {"1": "ok", "2": "down"}


def test_the_sweeper_sweeps_the_others(world: World) -> None:
    world.ledger.shards = world.whole
    world.ledger.drain()
    due = Client(world.ledger, OWNER).hold(world.here, 30, expires_in_s=0)
    world.ledger.do(due)
    producer: Any = Producing(world.ledger)

    swept = sweep(
        world.shards,
        producer,
        commands_topic=COMMANDS,
        sending_by=lambda: world.ledger.partitions,
    )

    assert swept.holds == 1
    assert set(swept.failures) == {
        f"{stage} of shard 2" for stage in ("outbox", "holds", "trouble", "state", "fullness")
    }
    assert swept.state is not None
    assert swept.state.in_transit is None
    assert swept.state.imbalanced == 0
