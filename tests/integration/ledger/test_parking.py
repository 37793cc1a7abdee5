"""A poison command never blocks a partition: it is parked with its account, and the rest flows
on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain import ledger as domain
from handlers.domain.partitions import partition_of
from handlers.domain.state import PartitionState, Record
from tests.integration.ledger.harness import Client, Ledger
from tests.integration.ledger.test_commands import check

pytestmark = pytest.mark.integration

NUL = "a\x00b"


@pytest.fixture
def client(ledger: Ledger) -> Client:
    return Client(ledger)


def parked(ledger: Ledger) -> list[dict[str, Any]]:
    return ledger.rows(
        "select 'prk_' || encode(uuid_send(parked_id), 'hex') as id, error, is_behind, status,"
        ' note, resolved_by from ledger.parked_commands order by parked_at, "offset"'
    )


def statuses(ledger: Ledger) -> list[str]:
    return [row["status"] for row in parked(ledger)]


@pytest.mark.parametrize("value", [None, b"", b"{", b"\xff\xfe\x00", b'{"kind":"minting"}', b"[]"])
def test_what_is_no_command_is_parked(ledger: Ledger, client: Client, value: bytes | None) -> None:
    account_id = client.open(0)
    ledger.put(account_id.encode(), value, 0)
    ledger.send(client.deposit(account_id, 1))
    neighbour = client.open(0)

    applied = ledger.do(client.deposit(neighbour, 1))

    assert applied["status"] == "completed"
    assert [row["is_behind"] for row in parked(ledger)] == [False, True]
    assert ledger.balance(account_id) == 0
    check(ledger)


@pytest.mark.parametrize("key", [None, b"", b"\xff\x00", b"acc_1", b"no account"])
def test_garbage_without_an_account_stands_alone(
    ledger: Ledger, client: Client, key: bytes | None
) -> None:
    account_id = client.open(0)
    ledger.put(key, b"garbage", 0)
    ledger.put(key, b"garbage", 0)
    first, second = (row["id"] for row in parked_after(ledger))

    ledger.do(client.deposit(account_id, 5))
    for parked_id in (second, first):
        resolution = client.resolution("", parked_id, "discard")
        ledger.put(b"", c.encode(resolution), 0)
    ledger.drain()

    assert statuses(ledger) == ["discarded", "discarded"]
    assert ledger.balance(account_id) == 5
    check(ledger)


def parked_after(ledger: Ledger) -> list[dict[str, Any]]:
    ledger.drain()
    return parked(ledger)


Poison = Callable[[Client, str], c.AnyCommand]

#: Commands that decode, or nearly, and that no row can hold.
POISONS: dict[str, Poison] = {
    "NUL in the description": lambda u, a: u.deposit(a, 1, description=NUL),
    "NUL in the metadata": lambda u, a: u.deposit(a, 1, metadata=msgspec.Raw(b'"\\u0000"')),
    "deep metadata": lambda u, a: u.deposit(
        a, 1, metadata=msgspec.Raw(b"[" * 100_000 + b"]" * 100_000)
    ),
    "NUL in the request id": lambda u, a: u.deposit(a, 1, request_id=NUL),
    "NUL in the fingerprint": lambda u, a: u.deposit(a, 1, fingerprint=NUL),
    "a time out of range": lambda u, a: u.deposit(a, 1, requested_at_us=2**62),
    "a time beyond all numbers": lambda u, a: u.deposit(a, 1, requested_at_us=2**80),
    "a time before time": lambda u, a: u.deposit(a, 1, requested_at_us=-1),
    "a currency that is none": lambda u, a: u.deposit(a, 1, "\x00"),
    "a transaction id that is none": lambda u, a: u.deposit(a, 1, transaction_id="txn_xyz"),
    "an empty transaction id": lambda u, a: u.deposit(a, 1, transaction_id=""),
    "a user id that is none": lambda u, a: u.deposit(a, 1, user_id="usr_zz"),
    "a user id with SQL": lambda u, a: u.deposit(a, 1, user_id='usr_"},{NULL'),
    "a hold that never ends": lambda u, a: u.hold(a, 1, expires_in_s=2**62),
    "a hold that ended before it began": lambda u, a: u.hold(a, 1, expires_in_s=-(2**50)),
    "a hold to nowhere": lambda u, a: u.hold(a, 1, destination_account_id="acc_nowhere"),
    "a transfer to nowhere": lambda u, a: u.transfer(a, "acc_\x00", 1),
    "an overdraft beyond all money": lambda u, a: u.limits(a, overdraft_limit=2**60),
    "a negative overdraft": lambda u, a: u.limits(a, overdraft_limit=-5),
    "a negative daily limit": lambda u, a: u.limits(a, daily_amount=-5),
    "a daily limit out of range": lambda u, a: u.limits(a, daily_count=2**70),
    "a hold id that is none": lambda u, a: u.capture(a, "hld_xyz"),
    "a reversal of nothing": lambda u, a: u.reversal(a, "txn_xyz"),
    "a second opening without a currency": lambda u, a: c.AccountOpening(
        account_id=a, currency="NOPE", **u.common()
    ),
    "a resolution without ids": lambda u, a: u.resolution(a, "prk_x", "discard"),
    "a resolution whose own id is none": lambda u, a: c.ParkedResolution(
        account_id=a,
        parked_id="prk_x",
        action="discard",
        note=NUL,
        **(u.common() | {"transaction_id": "txn_?"}),
    ),
    "a forged second leg": lambda u, a: c.CreditLeg(
        origin="transfer",
        source_account_id="acc_\x00",
        destination_account_id=a,
        amount=5,
        currency="USD",
        **u.common(),
    ),
    "a forged settlement": lambda u, a: c.Settlement(
        account_id=a, outcome="rejected", completed_at_us=0, reason=NUL, **u.common()
    ),
}


@pytest.mark.parametrize("name", POISONS)
def test_a_command_that_no_row_can_hold_never_blocks_the_partition(
    ledger: Ledger, client: Client, name: str
) -> None:
    account_id, neighbour = client.open(0, balance=100), client.open(0)
    ledger.send(
        client.deposit(neighbour, 1),
        POISONS[name](client, account_id),
        client.deposit(account_id, 10),
        client.deposit(neighbour, 2),
    )

    ledger.drain()
    ledger.do(client.deposit(neighbour, 4))

    assert ledger.balance(neighbour) == 7
    if ledger.balance(account_id) == 100:
        assert [row["is_behind"] for row in parked(ledger)] == [False, True]
        ledger.do(client.resolution(account_id, parked(ledger)[0]["id"], "discard"))
        assert statuses(ledger) == ["discarded", "replayed"]
    assert ledger.balance(account_id) == 110


def test_an_account_id_that_is_none_parks_alone(ledger: Ledger, client: Client) -> None:
    ledger.send(*(client.deposit(f"acc_{number}\x00", 1) for number in range(6)))

    ledger.drain()

    assert statuses(ledger) == ["parked"] * 6
    assert ledger.rows("select from ledger.parked_commands where account_id is not null") == []


@pytest.mark.parametrize("timestamp_ms", [2**62, 2**45, 253_402_300_800_000])
def test_a_record_from_beyond_the_calendar_has_the_time_of_the_one_before(
    ledger: Ledger, client: Client, timestamp_ms: int
) -> None:
    account_id = client.open(0)
    deposit = client.deposit(account_id, 5)
    ledger.log.append(0, account_id.encode(), c.encode(deposit), timestamp_ms)
    ledger.drain()

    later = ledger.do(client.deposit(account_id, 7))

    assert ledger.transaction(deposit.transaction_id)["posted_at"] == later["posted_at"]
    assert ledger.balance(account_id) == 12


def test_a_fingerprint_as_long_as_a_book_is_no_command(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    deposit = client.deposit(account_id, 1)
    book = "".join(str(number) for number in range(5000))
    longer = client.deposit(account_id, 1, transaction_id=deposit.transaction_id, fingerprint=book)
    ledger.send(deposit, longer)

    ledger.drain()

    assert ledger.balance(account_id) == 1
    assert statuses(ledger) == ["parked"]


def test_what_is_refused_behind_a_head_becomes_the_new_head(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    ledger.put(account_id.encode(), b"garbage", 0)
    ledger.send(client.deposit(account_id, 1, description=NUL), client.deposit(account_id, 5))
    garbage, poison, _ = (row["id"] for row in parked_after(ledger))

    first = ledger.do(client.resolution(account_id, garbage, "discard"))
    replayed = ledger.do(client.resolution(account_id, poison, "replay"))
    assert (first["reason"], replayed["reason"]) == (None, "still_failing")
    assert statuses(ledger) == ["discarded", "parked", "parked"]

    last = ledger.do(client.resolution(account_id, poison, "discard"))
    assert last["reason"] is None
    assert statuses(ledger) == ["discarded", "discarded", "replayed"]
    assert ledger.balance(account_id) == 5


def test_a_redelivery_parks_nothing_twice(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    ledger.put(account_id.encode(), b"garbage", 0)
    ledger.send(client.deposit(account_id, 1))
    ledger.drain()

    for size in (1, 2, 5):
        for start in range(0, len(ledger.log.partitions[0]), size):
            ledger.writer.apply(ledger.log.partitions[0][start : start + size])

    assert len(parked(ledger)) == 2
    check(ledger)


def test_what_waits_behind_goes_through_in_order_after_a_discard(
    ledger: Ledger, client: Client
) -> None:
    account_id = client.open(0)
    ledger.put(account_id.encode(), b"garbage", 0)
    ledger.send(client.withdrawal(account_id, 3), client.deposit(account_id, 5))
    ledger.send(client.withdrawal(account_id, 4))
    head = parked_after(ledger)[0]["id"]

    result = ledger.do(client.resolution(account_id, head, "discard"))

    assert result["status"] == "completed"
    assert statuses(ledger) == ["discarded", "replayed", "replayed", "replayed"]
    # The first withdrawal came before the deposit and so was refused.
    assert ledger.balance(account_id) == 1
    resolved = parked(ledger)[0]
    assert (resolved["note"], resolved["resolved_by"].hex) == ("why", client.user_id[4:])
    check(ledger)


def test_only_the_head_of_a_queue_may_be_resolved(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    ledger.put(account_id.encode(), b"garbage", 0)
    ledger.send(client.deposit(account_id, 5))
    behind = parked_after(ledger)[1]["id"]

    result = ledger.do(client.resolution(account_id, behind, "discard"))

    assert result["reason"] == "not_parked"
    assert statuses(ledger) == ["parked", "parked"]


def test_a_replay_of_what_still_fails_is_refused(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    ledger.put(account_id.encode(), b"garbage", 0)
    head = parked_after(ledger)[0]["id"]

    result = ledger.do(client.resolution(account_id, head, "replay"))

    assert result["reason"] == "still_failing"
    assert statuses(ledger) == ["parked"]
    check(ledger)


def test_a_replay_that_the_database_refuses_never_blocks_the_partition(
    ledger: Ledger, client: Client
) -> None:
    account_id, neighbour = client.open(0), client.open(0)
    ledger.send(client.deposit(account_id, 1, description=NUL))
    head = parked_after(ledger)[0]["id"]

    ledger.send(client.resolution(account_id, head, "replay"), client.deposit(neighbour, 1))
    ledger.drain()

    assert ledger.balance(neighbour) == 1
    assert statuses(ledger) == ["parked"]


def test_a_second_leg_waits_behind_and_then_arrives(ledger: Ledger, client: Client) -> None:
    source, destination = client.open(0, balance=50), client.open(1)
    ledger.put(destination.encode(), b"garbage", 1)
    transfer = client.transfer(source, destination, 20)
    ledger.do(transfer)
    garbage, leg = (row["id"] for row in parked(ledger))
    assert ledger.transaction(transfer.transaction_id)["status"] == "pending"

    ledger.do(client.resolution(destination, garbage, "discard"))

    assert leg in [row["id"] for row in parked(ledger) if row["status"] == "replayed"]
    assert ledger.transaction(transfer.transaction_id)["status"] == "completed"
    assert ledger.balance(destination) == 20
    check(ledger)


def test_a_discarded_second_leg_sends_its_money_back(
    ledger: Ledger, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, destination = client.open(0, balance=50), client.open(1)
    transfer = client.transfer(source, destination, 20)
    with monkeypatch.context() as broken:
        broken.setitem(domain._RULES, c.CreditLeg, fail)
        ledger.do(transfer)
    (leg,) = parked(ledger)
    assert "unforeseen" in leg["error"]

    ledger.do(client.resolution(destination, leg["id"], "discard"))

    returned = ledger.transaction(transfer.transaction_id)
    assert (returned["status"], returned["reason"]) == ("rejected", "discarded")
    assert (ledger.balance(source), ledger.balance(destination)) == (50, 0)
    assert audit(ledger.shards).findings == ()


def test_what_failed_goes_through_once_the_fault_is_mended(
    ledger: Ledger, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id, neighbour = client.open(0), client.open(0)
    with monkeypatch.context() as broken:
        broken.setitem(domain._RULES, c.Deposit, fail)
        ledger.send(client.deposit(account_id, 20), client.withdrawal(account_id, 5))
        ledger.send(client.limits(neighbour, overdraft_limit=1))
        ledger.drain()
    head, _ = (row["id"] for row in parked(ledger))
    assert ledger.account(neighbour)["overdraft_limit"] == 1

    ledger.do(client.resolution(account_id, head, "replay"))

    assert statuses(ledger) == ["replayed", "replayed"]
    assert ledger.balance(account_id) == 15
    assert audit(ledger.shards).findings == ()


def fail(state: PartitionState, record: Record, command: Any) -> None:
    # What it did before it failed must leave no trace.
    state.clearing("EUR", 1).balance += 1
    raise RuntimeError("unforeseen")


def test_a_record_on_the_wrong_partition_parks_there_alone(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0)
    assert partition_of(account_id, ledger.partitions) == 0
    stray = client.deposit(account_id, 7)
    ledger.put(account_id.encode(), c.encode(stray), 1)
    ledger.drain()

    ledger.do(client.deposit(account_id, 5))

    assert ledger.balance(account_id) == 5
    assert statuses(ledger) == ["parked"]
    assert json.loads(c.encode(stray))["amount"] == 7
    check(ledger)


def test_an_account_that_was_never_opened_can_be_parked(ledger: Ledger, client: Client) -> None:
    nobody = ids.ACCOUNT + "1" * 32
    partition = partition_of(nobody, ledger.partitions)
    ledger.put(nobody.encode(), b"garbage", partition)
    head = parked_after(ledger)[0]["id"]

    ledger.do(client.resolution(nobody, head, "discard"))

    assert statuses(ledger) == ["discarded"]
    check(ledger)
