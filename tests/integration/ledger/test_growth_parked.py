"""Parked queues whose accounts move by a growth are worked where the accounts live then."""

from __future__ import annotations

from typing import Any

import pytest

from functions.rebuild import Source
from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain import ledger as domain
from handlers.domain.partitions import partition_of
from handlers.domain.postings import UnforeseenError
from handlers.domain.state import PartitionState, Record
from handlers.platform.kafka import Outbound
from tests.integration.ledger.growing_tool import grower
from tests.integration.ledger.harness import PARTITIONS, Ledger
from tests.integration.ledger.traffic import (
    Clients,
    Consumers,
    await_drained,
    await_that,
    check_books,
)

pytestmark = pytest.mark.integration

GROWN = 5


class Faults:
    """Transactions whose second leg, or its settlement, fails on the partition where it lies.

    What it fails for does not depend on when it is applied: so a rebuild meets the same faults.
    """

    def __init__(self) -> None:
        self.credit_leg: set[str] = set()
        self.settlement: set[str] = set()


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    made = Faults()

    def failing(kind: type[c.Command], known: set[str]) -> None:
        rule = domain._RULES[kind]

        def apply(state: PartitionState, record: Record, command: Any) -> None:
            if command.transaction_id in known and record.partition == state.partition:
                raise UnforeseenError("a fault")
            rule(state, record, command)

        monkeypatch.setitem(domain._RULES, kind, apply)

    failing(c.CreditLeg, made.credit_leg)
    failing(c.Settlement, made.settlement)
    return made


class Teller:
    """Sends what a story needs, through the API's intake, and waits for what becomes of it."""

    def __init__(self, clients: Clients, ledger: Ledger) -> None:
        self.clients = clients
        self.ledger = ledger
        self._taken: set[str] = set()

    def account(self, *, moves: bool, not_on: tuple[int, ...] = ()) -> str:
        """Return an account with a balance of 1000 that nobody has used yet."""
        while True:
            account_id = self.clients._open()
            home = partition_of(account_id, PARTITIONS)
            if home not in not_on and (partition_of(account_id, GROWN) != home) == moves:
                return account_id

    def words(self, **more: Any) -> dict[str, Any]:
        return {"currency": "EUR", **self.clients.common(), **more}

    def send(self, command: Any) -> str:
        self.clients.send(c.account_of(command), command)
        return str(command.transaction_id)

    def transfer(self, source: str, destination: str, amount: int, **more: Any) -> str:
        return self.send(
            c.Transfer(
                source_account_id=source,
                destination_account_id=destination,
                **self.words(amount=amount, **more),
            )
        )

    def poison(self, account_id: str) -> str:
        return self.send(
            c.Deposit(account_id=account_id, description="\x00", **self.words(amount=1))
        )

    def queue(self, account_id: str) -> list[dict[str, Any]]:
        return self.ledger.rows(
            "select 'prk_' || encode(uuid_send(parked_id), 'hex') as id,"
            " coalesce(lane, partition) as worked_on, partition, value from ledger.parked_commands"
            " where account_id = %s and status = 'parked' order by parked_at, partition,"
            ' "offset"',
            account_id[4:],
        )

    def await_queue(self, account_id: str, length: int) -> None:
        await_that(lambda: len(self.queue(account_id)) == length, f"a queue of {length}")

    def resolve(self, account_id: str, action: c.Resolution) -> dict[str, Any]:
        """Have the head of a queue resolved where the queue is worked; return the decision."""
        head = self.queue(account_id)[0]
        resolution = c.ParkedResolution(
            account_id=account_id,
            parked_id=head["id"],
            action=action,
            note="why",
            **self.clients.common(),
        )
        self.clients.send(account_id, resolution, head["worked_on"])
        return self.await_end(resolution.transaction_id)

    def await_end(self, transaction_id: str) -> dict[str, Any]:
        def ended() -> list[dict[str, Any]]:
            return self.ledger.rows(
                "select * from ledger.transactions where transaction_id = %s and leg = 1"
                " and status <> 'pending'",
                transaction_id[4:],
            )

        await_that(lambda: bool(ended()), "the transaction ends")
        return ended()[0]


@pytest.fixture
def teller(clients: Clients, ledger: Ledger) -> Teller:
    return Teller(clients, ledger)


@pytest.fixture
def grow(url: str, source: Source) -> Any:
    return lambda: grower(url, source.brokers.bootstrap, source.topic, PARTITIONS).grow(GROWN)


def test_a_queue_with_money_under_way_is_worked_off_in_order_on_its_new_partition(
    url: str,
    source: Source,
    teller: Teller,
    ledger: Ledger,
    consumers: Consumers,
    grow: Any,
    admin_url: str,
) -> None:
    blocked = teller.account(moves=True)
    home = partition_of(blocked, PARTITIONS)
    other = teller.account(moves=False, not_on=(home,))
    frozen = teller.account(moves=True, not_on=(home,))
    teller.send(c.Freeze(account_id=frozen, direction="credit", **teller.clients.common()))
    hold = c.HoldPlacement(
        account_id=blocked, destination_account_id=frozen, **teller.words(amount=50)
    )
    hold_id = ids.hold_id_of(teller.send(hold))
    teller.await_end(hold.transaction_id)
    # In one batch, so that the money comes back only once the account is blocked. By the rules of
    # before a settlement waits its turn; today's passes the queue by.
    consumers.stop()
    refused = teller.transfer(blocked, frozen, 120, rules=1)
    captured = teller.send(
        c.Capture(account_id=blocked, hold_id=hold_id, amount=30, **teller.clients.common())
    )
    poison = teller.poison(blocked)
    behind = teller.transfer(blocked, other, 7)
    again = Consumers([url], source)
    teller.await_queue(blocked, 3)
    assert teller.await_end(captured)["reason"] == "account_frozen"
    credited = teller.transfer(other, blocked, 90)
    teller.await_queue(blocked, 4)
    assert audit(ledger.shards).in_transit == {"EUR": 120 + 90}

    grow()

    last = teller.send(c.Withdrawal(account_id=blocked, **teller.words(amount=1000 - 7 + 90 + 1)))
    teller.await_queue(blocked, 5)
    partitions = {row["worked_on"] for row in teller.queue(blocked)}
    assert partitions == {partition_of(blocked, GROWN)}
    assert {row["partition"] for row in teller.queue(blocked)} == {home, *partitions}
    assert teller.resolve(blocked, "replay")["reason"] == "still_failing"
    assert teller.resolve(blocked, "discard")["reason"] is None

    teller.await_queue(blocked, 0)
    assert teller.await_end(poison)["reason"] == "discarded"
    assert teller.await_end(refused)["reason"] == "account_frozen"
    assert teller.await_end(behind)["status"] == "completed"
    assert teller.await_end(credited)["status"] == "completed"
    # What it found is what came home, and what was asked for before it.
    assert teller.await_end(last)["reason"] == "insufficient_funds"
    (held,) = ledger.rows("select status, captured_amount from ledger.holds")
    assert (held["status"], held["captured_amount"]) == ("open", 0)
    await_drained(ledger, source)
    assert ledger.balance(blocked) == 1000 - 7 + 90
    assert ledger.account(blocked)["held"] == 50
    check_books(ledger, source, admin_url, GROWN)
    again.stop()


def test_second_legs_and_settlements_that_failed_are_resolved_where_their_accounts_moved_to(
    source: Source, teller: Teller, ledger: Ledger, faults: Faults, grow: Any, admin_url: str
) -> None:
    sender = teller.account(moves=False)
    home = partition_of(sender, PARTITIONS)
    receivers = [teller.account(moves=True, not_on=(home,)) for _ in range(2)]
    payer = teller.account(moves=True, not_on=(home,))
    moves: list[str] = []
    for source_id, destination, failing in (
        (sender, receivers[0], faults.credit_leg),
        (sender, receivers[1], faults.credit_leg),
        (payer, sender, faults.settlement),
    ):
        transfer = c.Transfer(
            source_account_id=source_id,
            destination_account_id=destination,
            **teller.words(amount=100),
        )
        failing.add(transfer.transaction_id)
        moves.append(teller.send(transfer))
    for account_id in (*receivers, payer):
        teller.await_queue(account_id, 1)

    grow()

    assert teller.resolve(receivers[0], "replay")["reason"] is None
    assert teller.resolve(receivers[1], "discard")["reason"] is None
    assert teller.resolve(payer, "discard")["reason"] == "still_needed"
    assert teller.resolve(payer, "replay")["reason"] is None

    ends = [teller.await_end(one) for one in moves]
    assert [end["reason"] for end in ends] == [None, "discarded", None]
    await_drained(ledger, source)
    balances = [ledger.balance(one) for one in (sender, *receivers, payer)]
    assert balances == [1000 - 100 + 100, 1100, 1000, 900]
    check_books(ledger, source, admin_url, GROWN)


def test_what_lies_on_a_wrong_partition_is_resolved_there_after_a_growth(
    source: Source, teller: Teller, ledger: Ledger, grow: Any, admin_url: str
) -> None:
    account_id = teller.account(moves=True)
    new_home = partition_of(account_id, GROWN)
    # One where it never lives, and one where it will.
    wrong = next(p for p in range(PARTITIONS) if p != partition_of(account_id, PARTITIONS))
    stray = c.Deposit(account_id=account_id, **teller.words(amount=5))
    record = Outbound(source.topic, wrong, account_id.encode(), c.encode(stray))
    teller.clients.producer.wait(teller.clients.producer.send([record]))
    teller.await_queue(account_id, 1)

    grow()

    assert [row["worked_on"] for row in teller.queue(account_id)] == [wrong]
    if wrong != new_home:
        paid = teller.send(c.Deposit(account_id=account_id, **teller.words(amount=6)))
        assert teller.await_end(paid)["status"] == "completed"
    assert teller.resolve(account_id, "discard")["reason"] is None
    await_drained(ledger, source)
    check_books(ledger, source, admin_url, GROWN)
