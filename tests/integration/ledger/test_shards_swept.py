"""The sweeper and the offsets follow the map, and add up what the shards say."""

from __future__ import annotations

from typing import Any

import pytest

from functions import offsets, wiring
from handlers.applying.events import Outgoing, encode_outbox
from handlers.applying.sweeper import Swept, sweep
from tests.integration.ledger.answers import api_over
from tests.integration.ledger.harness import COMMANDS, Client
from tests.integration.ledger.sharded import Producing, ShardedLedger

pytestmark = pytest.mark.integration


def swept(ledger: ShardedLedger) -> Swept:
    producer: Any = Producing(ledger)
    return sweep(
        ledger.shards,
        producer,
        commands_topic=COMMANDS,
        sending_by=lambda: ledger.partitions,
        outbox_age_s=0,
    )


def test_money_is_in_transit_only_until_the_other_database_has_it(sharded: ShardedLedger) -> None:
    client = Client(sharded)
    here, there = client.open(0, balance=100), client.open(1)
    sharded.send(client.transfer(here, there, 30))
    sharded.apply(0)

    before = swept(sharded).state
    sharded.drain()
    after = swept(sharded).state

    assert before is not None
    assert after is not None
    assert (before.in_transit, before.imbalanced) == (1, 0)
    assert (after.in_transit, after.imbalanced) == (0, 0)


def test_holds_of_every_shard_expire(sharded: ShardedLedger) -> None:
    client = Client(sharded)
    accounts = [client.open(partition, balance=100) for partition in range(3)]
    for account_id in accounts:
        sharded.do(client.hold(account_id, 30, expires_in_s=0))

    assert swept(sharded).holds == 3
    assert swept(sharded).holds == 0
    sharded.drain()

    assert [sharded.account(account_id)["held"] for account_id in accounts] == [0, 0, 0]


def test_what_every_shard_left_is_published(sharded: ShardedLedger) -> None:
    Client(sharded).open(0)
    message = Outgoing(COMMANDS, 2, "key", b"{}")  # type: ignore[arg-type]  # any bytes do
    for shard, partition in ((1, 0), (2, 1)):
        sharded.shards.database(shard).write(
            "insert into ledger.outbox (partition, messages) values (%s, %s)",
            (partition, encode_outbox([message]).decode()),
        )

    assert swept(sharded).published == 2
    assert sharded.count("outbox") == 0


def test_rows_of_a_partition_that_lives_elsewhere_are_left_alone(sharded: ShardedLedger) -> None:
    client = Client(sharded)
    account_id = client.open(1, balance=100)
    sharded.do(client.hold(account_id, 30, expires_in_s=0))
    sharded.put(account_id.encode(), b"garbage", 1)
    sharded.drain()
    message = Outgoing(COMMANDS, 2, "key", b"{}")  # type: ignore[arg-type]  # any bytes do
    # The second database has what the map says is at home: it is moving there.
    sharded.database.write("update ledger.partition_progress set shard = null")
    sharded.shards.forget()
    sharded.shards.database(2).write(
        "insert into ledger.outbox (partition, messages) values (1, %s)",
        (encode_outbox([message]).decode(),),
    )

    found = swept(sharded)

    assert (found.published, found.holds) == (0, 0)
    assert found.state is not None
    assert (found.state.parked, found.state.outbox) == (0, 0)


def test_offsets_are_those_of_the_shard_that_has_the_partition(
    sharded: ShardedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(sharded)
    for partition in range(3):
        client.open(partition, balance=100)

    class Admin:
        def __init__(self, _brokers: Any) -> None:
            self.offsets: dict[int, int] = {}

        def committed(self, _topic: str, _group: str) -> dict[int, int]:
            return self.offsets

        def commit(self, _topic: str, _group: str, wanted: dict[int, int]) -> None:
            self.offsets = wanted

    with api_over(sharded):
        wiring.brokers.replace(None)  # type: ignore[arg-type]  # nothing asks them
        monkeypatch.setattr(offsets, "TopicAdmin", Admin)
        monkeypatch.setattr(wiring, "topics", lambda: sharded.topic)
        answer = offsets.handler({"reset": True}, None)

    expected = {str(partition): sharded.applied[partition] for partition in range(3)}
    assert answer["ledger"] == answer["committed"] == expected
