"""The audit knows where accounts and parked queues belong while the log grows, and afterwards."""

from __future__ import annotations

from typing import LiteralString, NamedTuple

import pytest

from handlers.auditing.auditor import audit
from handlers.auditing.report import Report
from handlers.domain import commands as c
from handlers.domain.growth import KEY, marker
from handlers.domain.partitions import partition_of
from handlers.growing import growths as module
from handlers.growing.growths import Growing
from tests.integration.ledger.harness import COMMANDS, PARTITIONS, Client, Ledger

pytestmark = pytest.mark.integration

GROWN = PARTITIONS + 1


class Grown(NamedTuple):
    """A ledger whose log grew, and what the audit said of it meanwhile."""

    ledger: Ledger
    client: Client
    moved: str
    meanwhile: list[Report]


@pytest.fixture
def grown(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Grown:
    """Grow the log beneath an account with a parked queue; ``moved`` lives elsewhere since."""
    monkeypatch.setattr(module, "SLICE_SIZE", 2)
    client = Client(ledger)
    accounts = [client.open(balance=100) for _ in range(9)]
    moved = next(one for one in accounts if is_moved(one))
    other = next(one for one in accounts if one != moved)
    neighbour = new_neighbour(client, moved)
    for number, account_id in enumerate(accounts):
        ledger.send(client.transfer(account_id, accounts[number - 1], 3))
    ledger.drain()
    ledger.put(moved.encode(), b"garbage", partition_of(moved, PARTITIONS))
    ledger.send(client.deposit(moved, 5), client.transfer(moved, neighbour, 2))
    ledger.drain()
    # The markers' time is a later one than that at which these were parked.
    ledger.tick(1)
    ledger.do(client.deposit(other, 1))
    meanwhile: list[Report] = []
    growing = Growing(ledger.shards, COMMANDS)
    growing.fence(PARTITIONS, GROWN)
    growth = growing.mark(GROWN)
    assert growth.clock_us is not None
    ledger.log.partitions.append([])
    ledger.applied.append(0)
    ledger.partitions = GROWN
    ledger.tick(1)
    for partition in range(GROWN):
        command = marker(
            partition, PARTITIONS, GROWN, growth.clock_us, has_parked=bool(growth.has_parked)
        )
        ledger.put(KEY, c.encode(command), partition)
    ledger.drain()
    growing.complete(growth, lambda seen: meanwhile.append(audit(ledger.shards)))
    return Grown(ledger, client, moved, meanwhile)


def is_moved(account_id: str) -> bool:
    return partition_of(account_id, PARTITIONS) != partition_of(account_id, GROWN)


def new_neighbour(client: Client, moved: str) -> str:
    """Open an account that never lived where the other one did, but lives where it will."""
    while True:
        account_id = client.open()
        old, new = (
            partition_of(account_id, count) == partition_of(moved, count)
            for count in (PARTITIONS, GROWN)
        )
        if new and not old:
            return account_id


def test_a_ledger_is_sound_while_its_accounts_move(grown: Grown) -> None:
    assert len(grown.meanwhile) > 2
    assert [report.findings for report in grown.meanwhile] == [()] * len(grown.meanwhile)


def test_a_ledger_is_sound_after_its_log_grew(grown: Grown) -> None:
    ledger, client, moved, _ = grown
    assert (audit(ledger.shards).waiting, audit(ledger.shards).waiting_accounts) == (3, 1)
    (head,) = ledger.rows("select * from ledger.parked_commands where not is_behind")

    ledger.send(client.withdrawal(moved, 1))
    ledger.do(client.resolution(moved, "prk_" + head["parked_id"].hex, "discard"))

    report = audit(ledger.shards)
    assert report.findings == ()
    assert report.waiting == 0
    assert ledger.balance(moved) == 100 + 5 - 2 - 1


MISPLACED: dict[str, tuple[LiteralString, str]] = {
    "an account on its partition of before": (
        "update ledger.accounts set partition = %(before)s where account_id = %(moved)s",
        "placement",
    ),
    "a queue on its partition of before": (
        "update ledger.parked_commands set lane = null where account_id = %(moved)s",
        "parked",
    ),
    "a queue on no account's partition": (
        "update ledger.parked_commands set lane = lane + 1 where account_id = %(moved)s",
        "parked",
    ),
    "a leg on a partition where its account never lived": (
        "update ledger.legs set partition = %(never)s where account_id = %(moved)s",
        "placement",
    ),
}


@pytest.mark.parametrize("name", MISPLACED)
def test_what_is_where_no_growth_led_it_is_found(grown: Grown, name: str) -> None:
    statement, check = MISPLACED[name]
    places = {partition_of(grown.moved, count) for count in (PARTITIONS, GROWN)}
    parameters = {
        "moved": grown.moved[4:],
        "before": partition_of(grown.moved, PARTITIONS),
        "never": min(set(range(GROWN)) - places),
    }
    with grown.ledger.database.connection() as connection:
        assert connection.execute(statement, parameters).rowcount > 0

    report = audit(grown.ledger.shards)

    assert grown.moved in [one.account_id for one in report.findings if one.check == check]
