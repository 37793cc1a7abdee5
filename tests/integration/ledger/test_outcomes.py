"""Where an account lives changes nothing, and what is refused leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.money import HALF_FULL, MAX_AMOUNT
from tests.integration.ledger.harness import Client, Ledger

pytestmark = pytest.mark.integration

#: The partition of the other account: the same one, and another.
PLACES = (0, 1)
DAY_S = 86_400


@pytest.fixture
def client(ledger: Ledger) -> Client:
    return Client(ledger)


def hold(ledger: Ledger, hold_id: str) -> dict[str, Any]:
    (row,) = ledger.rows("select * from ledger.holds where hold_id = %s", hold_id[4:])
    return row


def frozen(ledger: Ledger, client: Client, place: int) -> str:
    account_id = client.open(place)
    ledger.do(client.freeze(account_id, "credit"))
    return account_id


def foreign(ledger: Ledger, client: Client, place: int) -> str:
    return client.open(place, "JPY")


def closed(ledger: Ledger, client: Client, place: int) -> str:
    account_id = client.open(place)
    ledger.do(client.close(account_id))
    return account_id


REFUSING = {"account_frozen": frozen, "currency_mismatch": foreign, "account_closed": closed}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("reason", "made"), REFUSING.items())
def test_a_refused_capture_leaves_its_hold_open_with_all_that_it_holds(
    ledger: Ledger,
    client: Client,
    place: int,
    reason: str,
    made: Callable[[Ledger, Client, int], str],
) -> None:
    payer, payee = client.open(0, balance=1000), made(ledger, client, place)
    placed = client.hold(payer, 600, destination_account_id=payee)
    ledger.do(placed)
    hold_id = ids.hold_id_of(placed.transaction_id)

    refused = ledger.do(client.capture(payer, hold_id, 200))

    assert (refused["status"], refused["reason"]) == ("rejected", reason)
    kept = hold(ledger, hold_id)
    assert (kept["status"], kept["amount"], kept["captured_amount"]) == ("open", 600, 0)
    account = ledger.account(payer)
    assert (account["balance"], account["held"], account["pending_out"]) == (1000, 600, 0)
    assert ledger.do(client.withdrawal(payer, 401))["reason"] == "insufficient_funds"
    assert ledger.do(client.void(payer, hold_id))["status"] == "completed"
    assert audit(ledger.shards).is_sound


def test_nothing_of_a_hold_can_be_spent_while_its_capture_is_under_way(
    ledger: Ledger, client: Client
) -> None:
    payer, payee = client.open(0, balance=1000), client.open(1)
    placed = client.hold(payer, 600, destination_account_id=payee, expires_in_s=60)
    ledger.do(placed)
    hold_id = ids.hold_id_of(placed.transaction_id)
    capture = client.capture(payer, hold_id, 200)
    ledger.send(capture)
    ledger.apply(0)
    ledger.tick(61)

    late: list[c.AnyCommand] = [client.withdrawal(payer, 401), client.void(payer, hold_id)]
    late += [client.capture(payer, hold_id, 1), client.close(payer)]
    ledger.send(*late)
    ledger.apply(0, size=len(late))

    reasons = [ledger.transaction(one.transaction_id)["reason"] for one in late]
    assert reasons == ["insufficient_funds", "capture_pending", "capture_pending", "holds_open"]
    assert audit(ledger.shards).in_transit == {"EUR": 200}
    ledger.drain()
    assert ledger.transaction(capture.transaction_id)["status"] == "completed"
    taken = hold(ledger, hold_id)
    assert (taken["status"], taken["captured_amount"]) == ("captured", 200)
    account = ledger.account(payer)
    assert (account["balance"], account["held"]) == (800, 0)
    assert audit(ledger.shards).is_sound


def test_a_hold_whose_capture_comes_back_after_its_time_expires(
    ledger: Ledger, client: Client
) -> None:
    payer, payee = client.open(0, balance=1000), frozen(ledger, client, 1)
    placed = client.hold(payer, 600, destination_account_id=payee, expires_in_s=60)
    ledger.do(placed)
    ledger.send(client.capture(payer, ids.hold_id_of(placed.transaction_id)))
    ledger.apply(0)
    ledger.tick(61)

    ledger.drain()

    assert hold(ledger, ids.hold_id_of(placed.transaction_id))["status"] == "expired"
    account = ledger.account(payer)
    assert (account["balance"], account["held"], account["day_count"]) == (1000, 0, 0)
    assert audit(ledger.shards).is_sound


def test_a_command_behind_a_holds_time_finds_the_money_free(ledger: Ledger, client: Client) -> None:
    account_id = client.open(balance=100)
    short, long = (client.hold(account_id, 40, expires_in_s=s) for s in (60, 61))
    ledger.do(short)
    ledger.do(long)
    ledger.tick(60)

    spent = ledger.do(client.withdrawal(account_id, 60))

    assert spent["status"] == "completed"
    expiry = ledger.transaction(ids.hold_expiry_id(ids.hold_id_of(short.transaction_id)))
    assert (expiry["kind"], expiry["status"], expiry["amount"]) == ("hold_expiry", "completed", 40)
    assert ledger.account(account_id)["held"] == 40
    assert audit(ledger.shards).is_sound


def test_commands_of_before_are_decided_as_before(ledger: Ledger, client: Client) -> None:
    account_id = client.open(balance=100)
    placed = client.hold(account_id, 60, expires_in_s=60)
    ledger.do(placed)
    ledger.tick(61)

    old = ledger.do(client.withdrawal(account_id, 50, rules=1))

    assert old["reason"] == "insufficient_funds"
    assert hold(ledger, ids.hold_id_of(placed.transaction_id))["status"] == "open"


def test_a_command_by_rules_that_are_unknown_is_parked(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0, balance=100)

    ledger.send(client.withdrawal(account_id, 50, rules=c.RULES + 1))
    applied = ledger.drain()

    assert applied.parked == 1
    assert ledger.balance(account_id) == 100


@pytest.mark.parametrize("place", PLACES)
def test_a_transfer_that_its_destination_refuses_uses_no_limit(
    ledger: Ledger, client: Client, place: int
) -> None:
    source, destination = client.open(0, balance=1000), frozen(ledger, client, place)
    ledger.do(client.limits(source, daily_amount=500, daily_count=1))

    ledger.do(client.transfer(source, destination, 500))

    account = ledger.account(source)
    assert (account["day_amount"], account["day_count"]) == (0, 0)
    assert ledger.do(client.withdrawal(source, 500))["status"] == "completed"
    assert ledger.do(client.withdrawal(source, 1))["reason"] == "limit_exceeded"


@pytest.mark.parametrize("place", PLACES)
def test_what_a_hold_lets_go_counts_no_more(ledger: Ledger, client: Client, place: int) -> None:
    payer, payee = client.open(0, balance=1000), client.open(place)
    holds = [
        client.hold(payer, 100, destination_account_id=payee, expires_in_s=seconds)
        for seconds in (3600, 3600, 60)
    ]
    for one in holds:
        ledger.do(one)
    voided, captured, _ = (ids.hold_id_of(one.transaction_id) for one in holds)

    ledger.do(client.void(payer, voided))
    ledger.do(client.capture(payer, captured, 30))
    ledger.tick(61)
    ledger.do(client.withdrawal(payer, 1))

    account = ledger.account(payer)
    assert (account["day_amount"], account["day_count"]) == (30 + 1, 2)


def test_what_was_counted_on_another_day_is_not_given_back(ledger: Ledger, client: Client) -> None:
    account_id = client.open(0, balance=1000)
    placed = client.hold(account_id, 100)
    ledger.do(placed)
    ledger.tick(DAY_S)
    ledger.do(client.withdrawal(account_id, 5))

    ledger.do(client.void(account_id, ids.hold_id_of(placed.transaction_id)))

    account = ledger.account(account_id)
    assert (account["day_amount"], account["day_count"]) == (5, 1)


@pytest.mark.parametrize("place", PLACES)
def test_what_an_owner_gives_back_counts_against_the_owners_limit(
    ledger: Ledger, client: Client, place: int
) -> None:
    payer, payee, refusing = client.open(0, balance=1000), client.open(place), client.open(0)
    deposit = client.deposit(payee, 300)
    transfer = client.transfer(payer, payee, 400)
    from_refusing = client.transfer(refusing, payee, 50)
    ledger.do(client.deposit(refusing, 50))
    for one in (deposit, transfer, from_refusing):
        ledger.do(one)
    ledger.do(client.freeze(refusing, "credit"))
    ledger.do(client.limits(payee, daily_amount=400))
    operator = Client(ledger)

    results = [
        ledger.do(client.reversal(payee, from_refusing.transaction_id)),
        ledger.do(client.reversal(payee, deposit.transaction_id)),
        ledger.do(client.reversal(payee, transfer.transaction_id, 101)),
        ledger.do(operator.reversal(payee, transfer.transaction_id, 101)),
        ledger.do(client.reversal(payee, transfer.transaction_id, 100)),
    ]

    reasons = [one["reason"] for one in results]
    assert reasons == ["account_frozen", None, "limit_exceeded", None, None]
    account = ledger.account(payee)
    assert (account["day_amount"], account["day_count"]) == (400, 2)


@pytest.mark.parametrize("sort", ["clearing", "in_transit"])
def test_the_ledgers_own_accounts_never_stand_in_anybodys_way(
    ledger: Ledger, client: Client, sort: str
) -> None:
    here, there, other = (client.open(place, balance=10) for place in (0, 1, 0))
    ledger.do(client.transfer(here, there, 1))
    # As after 300 deposits, and transfers out, of as much as an amount can be.
    change = -HALF_FULL if sort == "clearing" else HALF_FULL
    ledger.execute(
        "update ledger.accounts set balance = balance + %s where partition = 0 and kind = %s",
        change,
        sort,
    )

    done = [
        ledger.do(client.deposit(other, MAX_AMOUNT - 10)),
        ledger.do(client.withdrawal(here, 2)),
    ]
    done += [
        ledger.do(client.transfer(other, there, 7)),
        ledger.do(client.transfer(there, here, 3)),
    ]
    done += [ledger.do(client.deposit(here, 5)), ledger.do(client.transfer(here, there, 4))]

    assert [one["status"] for one in done] == ["completed"] * 6
    rows = ledger.rows(
        "select abs(balance - case when opened_at = min(opened_at) over () then %s else 0 end) as b"
        " from ledger.accounts where partition = 0 and kind = %s",
        change,
        sort,
    )
    assert len(rows) == 2
    assert all(row["b"] <= HALF_FULL for row in rows)


def test_a_record_that_cannot_be_given_up_as_a_command_is_given_up_as_bytes(
    ledger: Ledger, client: Client
) -> None:
    neighbour = client.open(0)
    nameless = msgspec.structs.replace(client.deposit(neighbour, 5), account_id="")
    ledger.put(b"", c.encode(nameless), 0)
    ledger.drain()
    (parked,) = ledger.rows("select * from ledger.parked_commands")

    discard = client.resolution("", "prk_" + parked["parked_id"].hex, "discard")
    ledger.send(discard, client.deposit(neighbour, 7))
    ledger.drain()

    assert ledger.transaction(discard.transaction_id)["status"] == "completed"
    assert ledger.balance(neighbour) == 7
    (parked,) = ledger.rows("select * from ledger.parked_commands")
    assert parked["status"] == "discarded"


def test_a_decision_that_fails_whatever_is_tried_is_parked_as_bytes(
    ledger: Ledger, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = client.open(0)
    ledger.put(account_id.encode(), b"garbage", 0)
    ledger.drain()
    (parked,) = ledger.rows("select * from ledger.parked_commands")

    def fail(*_: Any) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr("handlers.domain.parking.resolvable", fail)
    ledger.send(client.resolution(account_id, "prk_" + parked["parked_id"].hex, "discard"))
    neighbour = client.open(0, balance=3)

    assert ledger.balance(neighbour) == 3
    assert ledger.count("parked_commands") == 2


def test_a_settlement_passes_its_accounts_parked_queue_by(ledger: Ledger, client: Client) -> None:
    source, destination = client.open(0, balance=100), client.open(1)
    transfer = client.transfer(source, destination, 10)
    ledger.send(transfer)
    ledger.apply(0)
    ledger.put(source.encode(), b"garbage", 0)
    ledger.send(client.deposit(source, 5))

    ledger.drain()

    assert ledger.transaction(transfer.transaction_id)["status"] == "completed"
    assert ledger.balance(source) == 90, "the deposit waits behind the garbage"


def test_a_move_waits_behind_its_destinations_parked_queue(ledger: Ledger, client: Client) -> None:
    source, destination = client.open(0, balance=100), client.open(0)
    ledger.put(destination.encode(), b"garbage", 0)
    ledger.send(client.freeze(destination, "credit"))
    transfer = client.transfer(source, destination, 10)
    ledger.send(transfer)
    ledger.drain()
    assert ledger.transaction(transfer.transaction_id)["status"] == "pending"
    (head, *_) = ledger.rows('select * from ledger.parked_commands order by parked_at, "offset"')

    ledger.do(client.resolution(destination, "prk_" + head["parked_id"].hex, "discard"))

    result = ledger.transaction(transfer.transaction_id)
    assert (result["status"], result["reason"]) == ("rejected", "account_frozen")
    assert (ledger.balance(source), ledger.balance(destination)) == (100, 0)
    assert audit(ledger.shards).is_sound


def test_an_expiry_whose_id_is_taken_ends_its_hold_all_the_same(
    ledger: Ledger, client: Client
) -> None:
    account_id = client.open(0, balance=100)
    placed = client.hold(account_id, 40, expires_in_s=0)
    hold_id = ids.hold_id_of(placed.transaction_id)
    ledger.do(client.deposit(account_id, 1, transaction_id=ids.hold_expiry_id(hold_id)))

    ledger.send(placed, client.withdrawal(account_id, 101))
    ledger.drain()

    assert hold(ledger, hold_id)["status"] == "expired"
    assert ledger.balance(account_id) == 0


def test_an_expiry_whose_id_is_taken_ends_its_hold_after_a_capture_came_back(
    ledger: Ledger, client: Client
) -> None:
    payer, payee = client.open(0, balance=1000), frozen(ledger, client, 1)
    placed = client.hold(payer, 600, destination_account_id=payee, expires_in_s=60)
    hold_id = ids.hold_id_of(placed.transaction_id)
    ledger.do(placed)
    ledger.do(client.deposit(payer, 1, transaction_id=ids.hold_expiry_id(hold_id)))
    ledger.send(client.capture(payer, hold_id))
    ledger.apply(0)
    ledger.tick(61)

    # The capture's return opens the hold again, and the next command finds that it has expired.
    ledger.apply(1)
    ledger.send(client.withdrawal(payer, 1001))
    ledger.drain()

    assert hold(ledger, hold_id)["status"] == "expired"
    assert (ledger.balance(payer), ledger.account(payer)["held"]) == (0, 0)
    assert audit(ledger.shards).is_sound
