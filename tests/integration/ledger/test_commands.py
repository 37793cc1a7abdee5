"""Every kind of command, from the log to the rows, through the pooler."""

from __future__ import annotations

import pytest

from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.domain import ids
from load.judge.model import Model
from tests.integration.ledger.harness import Client, Ledger
from tests.integration.ledger.reading import read_ledger
from tests.support.comparison import check_against_model
from tests.support.invariants import check_invariants

pytestmark = pytest.mark.integration


@pytest.fixture
def client(ledger: Ledger) -> Client:
    return Client(ledger)


def check(ledger: Ledger) -> None:
    """Hold everything against the invariants, the audit and the naive model."""
    model = Model(ledger.partitions)
    for records in ledger.log.partitions:
        for r in records:
            model.apply(r.partition, r.offset, r.timestamp_ms, r.key, r.value)
    read = read_ledger(ledger.url, ledger.partitions, ledger.publisher.sent)
    check_invariants(read)
    check_against_model(read, model)
    assert audit(ledger.shards, slice_size=7).findings == ()


def test_an_opening_opens_an_account(ledger: Ledger, client: Client) -> None:
    account_id = client.open(currency="JPY")

    account = ledger.account(account_id)

    assert (account["currency"], account["balance"], account["name"]) == ("JPY", 0, "n")
    assert account["user_id"].hex == client.user_id[4:]
    check(ledger)


def test_cash_goes_through_clearing(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0, balance=500)

    taken = ledger.do(client.withdrawal(account_id, 200))
    refused = ledger.do(client.withdrawal(account_id, 301))

    assert (taken["status"], taken["balance_after"]) == ("completed", 300)
    assert (refused["status"], refused["reason"]) == ("rejected", "insufficient_funds")
    assert ledger.balance(ids.clearing_account_id(0, "EUR")) == -300
    check(ledger)


@pytest.mark.parametrize("destination_partition", [0, 1])
def test_a_transfer_arrives(ledger: Ledger, client: Client, destination_partition: int) -> None:
    source, destination = client.open(0, balance=500), client.open(destination_partition)
    command = client.transfer(source, destination, 120, description="rent")

    first = ledger.do(command)
    second = ledger.transaction(command.transaction_id, leg=2)

    assert (first["status"], first["balance_after"], first["description"]) == (
        "completed",
        380,
        "rent",
    )
    assert (second["status"], second["balance_after"]) == ("completed", 120)
    assert ledger.balance(destination) == 120
    check(ledger)


def test_a_transfer_to_who_cannot_take_it_comes_back(ledger: Ledger, client: Client) -> None:
    source, destination = client.open(0, balance=500), client.open(1)
    ledger.do(client.freeze(destination, "credit"))

    returned = ledger.do(client.transfer(source, destination, 120))

    assert (returned["status"], returned["reason"]) == ("rejected", "account_frozen")
    assert returned["balance_after"] is None
    assert ledger.balance(source) == 500
    assert ledger.account(source)["pending_out"] == 0
    check(ledger)


def test_a_transfer_is_pending_until_both_legs_are_applied(ledger: Ledger, client: Client) -> None:
    source, destination = client.open(0, balance=500), client.open(1)
    command = client.transfer(source, destination, 120)
    ledger.send(command)

    ledger.apply(0)
    assert ledger.transaction(command.transaction_id)["status"] == "pending"
    assert ledger.account(source)["pending_out"] == 120
    assert audit(ledger.shards).in_transit == {"EUR": 120}

    ledger.apply(1)
    assert ledger.balance(destination) == 120
    assert ledger.transaction(command.transaction_id)["status"] == "pending"

    ledger.apply(0)
    assert ledger.transaction(command.transaction_id)["status"] == "completed"
    check(ledger)


@pytest.mark.parametrize("destination_partition", [None, 0, 1])
def test_a_partial_capture_releases_the_rest(
    ledger: Ledger, client: Client, destination_partition: int | None
) -> None:
    account_id = client.open(0, balance=500)
    destination = None if destination_partition is None else client.open(destination_partition)
    placed = client.hold(account_id, 300, destination_account_id=destination)
    hold_id = ids.hold_id_of(placed.transaction_id)

    ledger.do(placed)
    assert ledger.account(account_id)["held"] == 300
    refused = ledger.do(client.withdrawal(account_id, 201))
    too_much = ledger.do(client.capture(account_id, hold_id, 301))
    captured = ledger.do(client.capture(account_id, hold_id, 100))
    again = ledger.do(client.capture(account_id, hold_id, 100))

    assert refused["reason"] == "insufficient_funds"
    assert too_much["reason"] == "amount_exceeds_hold"
    assert captured["status"] == "completed"
    assert again["reason"] == "hold_not_open"
    account = ledger.account(account_id)
    assert (account["balance"], account["held"]) == (400, 0)
    check(ledger)


def test_a_hold_is_voided_or_expires(ledger: Ledger, client: Client) -> None:
    account_id = client.open(balance=500)
    voided = client.hold(account_id, 100)
    expiring = client.hold(account_id, 200, expires_in_s=60)
    ledger.do(voided)
    ledger.do(expiring)
    expiring_id = ids.hold_id_of(expiring.transaction_id)

    assert (
        ledger.do(client.void(account_id, ids.hold_id_of(voided.transaction_id)))["reason"] is None
    )
    ledger.send(client.expiry(account_id, expiring_id))
    assert ledger.drain().duplicates == 1, "too early to change anything"
    ledger.tick(61)
    late_capture = ledger.do(client.capture(account_id, expiring_id))
    ledger.send(client.expiry(account_id, expiring_id))
    assert ledger.drain().duplicates == 1, "it expired already"

    assert late_capture["reason"] == "hold_not_open"
    expired = ledger.transaction(ids.hold_expiry_id(expiring_id))
    assert (expired["kind"], expired["status"]) == ("hold_expiry", "completed")
    assert ledger.account(account_id)["held"] == 0
    check(ledger)


def test_reversals_never_sum_to_more_than_their_original(ledger: Ledger, client: Client) -> None:
    source, destination = client.open(0, balance=500), client.open(1)
    transfer = client.transfer(source, destination, 120)
    ledger.do(transfer)

    part = ledger.do(client.reversal(destination, transfer.transaction_id, 50))
    too_much = ledger.do(client.reversal(destination, transfer.transaction_id, 71))
    rest = ledger.do(client.reversal(destination, transfer.transaction_id))
    nothing_left = ledger.do(client.reversal(destination, transfer.transaction_id))

    assert [one["status"] for one in (part, rest)] == ["completed", "completed"]
    assert rest["amount"] == 70
    assert too_much["reason"] == nothing_left["reason"] == "exceeds_original"
    assert ledger.balance(source) == 500
    check(ledger)


def test_a_reversal_that_is_refused_may_be_asked_for_again(ledger: Ledger, client: Client) -> None:
    source, destination = client.open(0, balance=500), client.open(1)
    transfer = client.transfer(source, destination, 120)
    ledger.do(transfer)
    ledger.do(client.freeze(source, "credit"))

    refused = ledger.do(client.reversal(destination, transfer.transaction_id))
    ledger.do(client.unfreeze(source))
    done = ledger.do(client.reversal(destination, transfer.transaction_id))

    assert refused["reason"] == "account_frozen"
    assert done["status"] == "completed"
    check(ledger)


def test_cash_is_reversed_through_clearing(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0, balance=500)
    deposit, withdrawal = client.deposit(account_id, 70), client.withdrawal(account_id, 30)
    ledger.do(deposit)
    ledger.do(withdrawal)

    ledger.do(client.reversal(account_id, deposit.transaction_id, 60))
    ledger.do(client.reversal(account_id, withdrawal.transaction_id))

    assert ledger.balance(account_id) == 510
    check(ledger)


def test_freezes_and_limits_decide_at_once(ledger: Ledger, client: Client) -> None:
    account_id = client.open(balance=100)
    commands: list[c.AnyCommand] = [
        client.freeze(account_id, "debit", by_operator=True),
        client.withdrawal(account_id, 1),
        client.unfreeze(account_id),
        client.unfreeze(account_id, by_operator=True),
        client.limits(account_id, overdraft_limit=50, daily_amount=200, daily_count=2),
        client.withdrawal(account_id, 140),
        client.withdrawal(account_id, 11),
        client.withdrawal(account_id, 10),
        client.deposit(account_id, 1_000),
        client.withdrawal(account_id, 1),
        client.limits(account_id, daily_count=None),
        client.withdrawal(account_id, 51),
        client.withdrawal(account_id, 50),
    ]
    ledger.send(*commands)

    ledger.drain()

    reasons = [ledger.transaction(command.transaction_id)["reason"] for command in commands]
    assert reasons == [
        None,
        "account_frozen",
        "operator_freeze",
        None,
        None,
        None,
        "insufficient_funds",
        None,
        None,
        "limit_exceeded",
        None,
        "limit_exceeded",
        None,
    ]
    check(ledger)


def test_an_account_is_closed_when_it_is_empty(ledger: Ledger, client: Client) -> None:
    account_id = client.open(balance=10)
    commands: list[c.AnyCommand] = [
        client.close(account_id),
        client.withdrawal(account_id, 10),
        client.close(account_id),
        client.deposit(account_id, 1),
    ]
    ledger.send(*commands)

    ledger.drain()

    reasons = [ledger.transaction(command.transaction_id)["reason"] for command in commands]
    assert reasons == ["balance_not_zero", None, None, "account_closed"]
    check(ledger)


def test_what_names_nothing_that_exists_is_refused(ledger: Ledger, client: Client) -> None:
    account_id = client.open(balance=10)
    nobody = ids.ACCOUNT + "9" * 32
    for command, reason in (
        (client.deposit(nobody, 1), "unknown_account"),
        (client.transfer(account_id, nobody, 1), "unknown_account"),
        (client.capture(account_id, ids.HOLD + "9" * 32), "unknown_hold"),
        (client.reversal(account_id, ids.TRANSACTION + "9" * 32), "unknown_transaction"),
        (client.deposit(account_id, 1, "USD"), "currency_mismatch"),
        (client.transfer(account_id, account_id, 1), "same_account"),
        (client.deposit(ids.clearing_account_id(0, "EUR"), 1), "unknown_account"),
    ):
        assert ledger.do(command)["reason"] == reason
    check(ledger)


def test_a_description_and_metadata_are_kept_as_they_came(ledger: Ledger, client: Client) -> None:
    import msgspec

    account_id = client.open()
    words = 'quotes " and \\ and {braces}, NULL, \n lines, ünïcödé 🪙'
    metadata = msgspec.Raw(b'{"order": "42", "nested": {"a": [1, null, "\\u00e9"]}}')
    command = client.deposit(account_id, 5, description=words, metadata=metadata)

    row = ledger.do(command)

    assert row["description"] == words
    assert row["metadata"] == {"order": "42", "nested": {"a": [1, None, "é"]}}


def test_each_result_is_one_event(ledger: Ledger, client: Client) -> None:
    import json

    source, destination = client.open(0, balance=500), client.open(1)
    ledger.publisher.events.clear()
    command = client.transfer(source, destination, 120)

    ledger.do(command)

    events = [json.loads(bytes(event.value)) for event in ledger.publisher.events]
    assert [(event["type"], event["account_id"]) for event in events] == [
        ("transfer.pending", source),
        ("transfer.received", destination),
        ("transfer.completed", source),
    ]
    assert len({event["event_id"] for event in events}) == 3
    assert {event["transaction"]["transaction_id"] for event in events} == {command.transaction_id}
