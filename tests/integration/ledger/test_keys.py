"""Who won an idempotency key over two partitions is in the log, so a rebuild decides alike."""

from __future__ import annotations

import msgspec
import pytest

from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.partitions import partition_of
from tests.integration.ledger.harness import Client, Ledger
from tests.integration.ledger.layouts import LedgerPlayer
from tests.integration.ledger.rebuilt import difference_when_rebuilt
from tests.integration.ledger.test_delivery import all_at_once

pytestmark = pytest.mark.integration


@pytest.fixture
def client(ledger: Ledger) -> Client:
    return Client(ledger)


def verdicts(ledger: Ledger) -> list[c.IdempotencyVerdict]:
    values = (record.value for records in ledger.log.partitions for record in records)
    commands = [c.decode(value) for value in values if value and b"verdict" in value]
    return [command for command in commands if isinstance(command, c.IdempotencyVerdict)]


def test_the_later_record_that_was_applied_first_keeps_its_key_in_a_rebuild(
    ledger: Ledger, client: Client, other_url: str
) -> None:
    here, there = client.open(0), client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "K")
    ledger.send(client.deposit(here, 7000, transaction_id=key, fingerprint="here"))
    ledger.tick(3)
    ledger.send(client.deposit(there, 5000, transaction_id=key, fingerprint="there"))

    ledger.apply(1)
    ledger.drain()

    assert (ledger.balance(here), ledger.balance(there)) == (0, 5000)
    (verdict,) = verdicts(ledger)
    assert (verdict.contested, verdict.partition, verdict.is_conflict) == (key, 0, True)
    assert difference_when_rebuilt(ledger, other_url) is None


def test_a_verdict_that_is_still_to_be_published_counts(
    ledger: Ledger, client: Client, other_url: str
) -> None:
    here, there = client.open(0), client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "K")
    ledger.send(client.deposit(here, 7000, transaction_id=key, fingerprint="here"))
    ledger.tick(3)
    ledger.send(client.deposit(there, 5000, transaction_id=key, fingerprint="there"))
    ledger.publisher.is_down = True

    ledger.apply(1)
    ledger.apply(0)

    assert not verdicts(ledger)
    assert difference_when_rebuilt(ledger, other_url) is None


def test_a_key_that_was_taken_while_its_command_was_parked_stays_taken(
    ledger: Ledger, client: Client, other_url: str
) -> None:
    here, there = client.open(0), client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "K")
    ledger.put(here.encode(), b"garbage", 0)
    ledger.send(client.deposit(here, 7000, transaction_id=key, fingerprint="here"))
    ledger.tick(3)
    ledger.send(client.deposit(there, 5000, transaction_id=key, fingerprint="there"))
    ledger.drain()
    (head, _) = ledger.rows('select * from ledger.parked_commands order by parked_at, "offset"')

    ledger.do(client.resolution(here, "prk_" + head["parked_id"].hex, "discard"))

    assert (ledger.balance(here), ledger.balance(there)) == (0, 5000)
    assert ledger.count("conflicts") == 1
    assert difference_when_rebuilt(ledger, other_url) is None


def test_two_that_arrive_at_the_same_moment_are_decided_alike_in_a_rebuild(
    ledger: Ledger, client: Client, other_url: str
) -> None:
    accounts = [client.open(partition) for partition in range(3)]
    for number in range(10):
        key = ids.keyed_transaction_id(client.user_id, f"key-{number}")
        for account_id in accounts:
            ledger.send(client.deposit(account_id, 1, transaction_id=key, fingerprint=account_id))
        batches = [ledger.waiting(partition) for partition in range(3)]
        all_at_once(*(lambda batch=batch: ledger.new_writer().apply(batch) for batch in batches))
        for partition, batch in enumerate(batches):
            ledger.applied[partition] += len(batch)
    ledger.drain()

    assert sum(ledger.balance(account_id) for account_id in accounts) == 10
    assert difference_when_rebuilt(ledger, other_url) is None


def test_a_key_that_is_used_before_and_after_a_growth_is_decided_alike_in_a_rebuild(
    ledger: Ledger, client: Client, other_url: str
) -> None:
    moving = next(
        account_id for account_id in iter(client.open, None) if partition_of(account_id, 7) > 2
    )
    here, key = client.open(0), ids.keyed_transaction_id(client.user_id, "K")
    ledger.do(client.deposit(here, 5000, transaction_id=key, fingerprint="here"))
    LedgerPlayer(ledger, 0).grow(7)
    ledger.tick(1)
    ledger.send(client.deposit(moving, 7000, transaction_id=key, fingerprint="moving"))

    ledger.drain()

    assert (ledger.balance(here), ledger.balance(moving)) == (5000, 0)
    assert difference_when_rebuilt(ledger, other_url, [3, 7]) is None


def test_a_key_that_is_used_for_two_decisions_is_a_conflict(
    ledger: Ledger, client: Client, other_url: str
) -> None:
    accounts = [client.open(partition) for partition in range(2)]
    for partition, account_id in enumerate(accounts):
        ledger.put(account_id.encode(), b"garbage", partition)
    ledger.drain()
    heads = ledger.rows("select * from ledger.parked_commands order by partition")
    key = ids.keyed_transaction_id(client.user_id, "K")
    for account_id, head in zip(accounts, heads, strict=True):
        discard = client.resolution(account_id, "prk_" + head["parked_id"].hex, "discard")
        ledger.send(msgspec.structs.replace(discard, transaction_id=key, fingerprint=account_id))

    ledger.drain()

    statuses = [row["status"] for row in ledger.rows("select * from ledger.parked_commands")]
    assert sorted(statuses) == ["discarded", "parked"]
    assert ledger.count("conflicts") == 1
    assert difference_when_rebuilt(ledger, other_url) is None
