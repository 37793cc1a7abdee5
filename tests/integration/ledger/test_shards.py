"""Partitions in several databases give the ledger that one database gives."""

from __future__ import annotations

import pytest

from handlers.applying.loader import NotHereError
from handlers.domain import ids
from handlers.platform.clock import now_us
from tests.integration.ledger.harness import COMMANDS, Client
from tests.integration.ledger.sharded import ShardedLedger, rows_of
from tests.integration.ledger.test_delivery import all_at_once

pytestmark = pytest.mark.integration


@pytest.fixture
def client(sharded: ShardedLedger) -> Client:
    return Client(sharded)


def accounts_on(sharded: ShardedLedger, shard: int) -> set[str]:
    query = "select encode(uuid_send(account_id), 'hex') as id from ledger.accounts"
    return {f"acc_{row['id']}" for row in rows_of(sharded.shards.database(shard), query)}


def test_an_account_lives_in_its_partitions_database(
    sharded: ShardedLedger, client: Client
) -> None:
    here, there = client.open(0), client.open(1)

    assert here in accounts_on(sharded, 1)
    assert there in accounts_on(sharded, 2)
    assert not accounts_on(sharded, 1) & accounts_on(sharded, 2)


def test_a_transfer_goes_through_the_log_from_one_database_to_the_other(
    sharded: ShardedLedger, client: Client
) -> None:
    here, there = client.open(0), client.open(1)
    sharded.do(client.deposit(here, 1000))

    sharded.do(client.transfer(here, there, 300))
    sharded.do(client.transfer(there, here, 100))

    assert (sharded.balance(here), sharded.balance(there)) == (800, 200)


def test_a_key_is_one_transactions_over_databases_too(
    sharded: ShardedLedger, client: Client
) -> None:
    here, there = client.open(0), client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "K")

    sharded.do(client.deposit(here, 7000, transaction_id=key, fingerprint="here"))
    sharded.send(client.deposit(there, 5000, transaction_id=key, fingerprint="there"))
    sharded.drain()

    assert (sharded.balance(here), sharded.balance(there)) == (7000, 0)
    assert sharded.count("conflicts") == 1


def test_two_databases_writers_agree_on_a_key_at_the_same_moment(
    sharded: ShardedLedger, client: Client
) -> None:
    accounts = [client.open(partition) for partition in range(3)]
    for number in range(10):
        key = ids.keyed_transaction_id(client.user_id, f"key-{number}")
        for account_id in accounts:
            sharded.send(client.deposit(account_id, 1, transaction_id=key, fingerprint=account_id))
        batches = [sharded.waiting(partition) for partition in range(3)]
        all_at_once(*(lambda batch=batch: sharded.new_writer().apply(batch) for batch in batches))
        for partition, batch in enumerate(batches):
            sharded.applied[partition] += len(batch)
    sharded.drain()

    assert sum(sharded.balance(account_id) for account_id in accounts) == 10
    assert sharded.count("conflicts") == 20


def test_a_repetition_is_no_conflict(sharded: ShardedLedger, client: Client) -> None:
    there = client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "K")
    command = client.deposit(there, 7000, transaction_id=key, fingerprint="there")

    sharded.do(command)
    sharded.do(command)

    assert sharded.balance(there) == 7000
    assert not sharded.count("conflicts")


def test_what_was_applied_before_there_were_shards_keeps_its_key(
    sharded: ShardedLedger, client: Client
) -> None:
    here, there = client.open(0), client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "K")
    sharded.do(client.deposit(here, 7000, transaction_id=key, fingerprint="here"))
    sharded.database.write("delete from ledger.claims")

    sharded.send(client.deposit(there, 5000, transaction_id=key, fingerprint="there"))
    sharded.drain()

    assert (sharded.balance(here), sharded.balance(there)) == (7000, 0)


def test_only_keys_cost_a_claim(sharded: ShardedLedger, client: Client) -> None:
    here, there = client.open(0), client.open(1)
    before = sharded.count("claims")
    sharded.publisher.now_ms = now_us() // 1000

    sharded.do(client.deposit(here, 1000))
    sharded.do(client.transfer(here, there, 300))

    assert sharded.count("claims") == before


def test_a_writer_with_an_old_map_applies_nothing(sharded: ShardedLedger, client: Client) -> None:
    there = client.open(1)
    sharded.writer.apply(sharded.waiting(1) or [sharded.put(b"", b"garbage", 1)])
    second = sharded.shards.database(2)
    second.write("update ledger.partition_progress set shard = 1 where topic = %s", [COMMANDS])
    sharded.send(client.deposit(there, 7000))

    with pytest.raises(NotHereError, match="partition 1 is on shard 1"):
        sharded.apply(1)

    assert sharded.balance(there) == 0


def test_a_partition_that_is_being_moved_waits(sharded: ShardedLedger, client: Client) -> None:
    here = client.open(0)
    sharded.database.write(
        "update ledger.partition_progress set moving_to = 2 where partition = %s", [0]
    )
    sharded.send(client.deposit(here, 7000))

    with pytest.raises(NotHereError, match="partition 0 is being moved to shard 2"):
        sharded.apply(0)

    sharded.database.write("update ledger.partition_progress set moving_to = null")
    sharded.drain()
    assert sharded.balance(here) == 7000


def test_no_partition_begins_on_a_shard_that_it_was_not_moved_to(
    sharded: ShardedLedger, client: Client
) -> None:
    second = sharded.shards.database(2)
    second.write("delete from ledger.partition_progress")
    sharded.put(b"", b"garbage", 1)

    with pytest.raises(NotHereError, match="was never on this shard"):
        sharded.apply(1)
