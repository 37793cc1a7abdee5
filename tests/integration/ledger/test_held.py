"""What was held at a time is what the account's own row said then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import NamedTuple

import pytest

from handlers.domain import ids
from handlers.domain.ids import digits
from handlers.platform.clock import from_us
from handlers.platform.redis import Cache
from handlers.reading.accounts import Accounts
from tests.integration.ledger.harness import COMMANDS, Client, Ledger

pytestmark = pytest.mark.integration

STEPS = 60


@pytest.fixture
def accounts(ledger: Ledger) -> Iterator[Accounts]:
    cache = Cache(os.environ["LEDGERLANE_REDIS_URL"])
    yield Accounts(ledger.shards, cache, COMMANDS)
    cache.close()


class Seen(NamedTuple):
    """What an account's row said, and when by its partition's clock."""

    at: datetime
    balance: int
    held: int


def see(ledger: Ledger, account_id: str) -> Seen:
    """Return what is recorded, less the holds whose time is over though nobody recorded it."""
    now = from_us(ledger.publisher.now_ms * 1000)
    row = ledger.account(account_id)
    (over,) = ledger.rows(
        "select coalesce(sum(amount), 0)::bigint as sum from ledger.holds where account_id = %s"
        " and status = 'open' and captured_amount = 0 and expires_at <= %s",
        digits(account_id),
        now,
    )
    return Seen(now, row["balance"], row["held"] - over["sum"])


def assert_history(accounts: Accounts, account_id: str, history: list[Seen]) -> None:
    for seen in history:
        found = accounts.balance_at(account_id, seen.at)
        assert (found.balance, found.held) == (seen.balance, seen.held), seen
        assert found.available == seen.balance - seen.held


@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_capture_under_way_is_no_more_held_and_the_rest_is(
    ledger: Ledger, accounts: Accounts, is_frozen: bool
) -> None:
    """Also beyond the hold's time: it can't expire meanwhile."""
    client = Client(ledger)
    account_id, destination = client.open(0, balance=1000), client.open(1)
    if is_frozen:
        ledger.do(client.freeze(destination, "credit"))
    hold = client.hold(account_id, 600, destination_account_id=destination, expires_in_s=60)
    ledger.do(hold)
    history = [see(ledger, account_id)]
    ledger.tick(30)
    capture = client.capture(account_id, ids.hold_id_of(hold.transaction_id), 250)

    ledger.send(capture)
    ledger.apply(0)
    history.append(see(ledger, account_id))
    ledger.tick(60)
    history.append(see(ledger, account_id))
    ledger.tick(1)
    ledger.drain()
    history.append(see(ledger, account_id))

    assert [seen.held for seen in history] == [600, 350, 350, 0]
    assert [seen.balance for seen in history] == [1000, 750, 750, 1000 if is_frozen else 750]
    assert_history(accounts, account_id, history)


def test_a_refused_capture_leaves_all_of_it_held(ledger: Ledger, accounts: Accounts) -> None:
    client = Client(ledger)
    account_id, destination = client.open(0, balance=1000), client.open(1)
    ledger.do(client.freeze(destination, "credit"))
    hold = client.hold(account_id, 600, destination_account_id=destination)
    ledger.do(hold)
    history = []
    for _ in range(2):
        ledger.tick(1)
        ledger.send(client.capture(account_id, ids.hold_id_of(hold.transaction_id), 250))
        ledger.apply(0)
        history.append(see(ledger, account_id))
        ledger.tick(1)
        ledger.drain()
        history.append(see(ledger, account_id))

    assert [seen.held for seen in history] == [350, 600, 350, 600]
    assert_history(accounts, account_id, history)


def test_a_hold_counts_until_its_time_is_over_however_late_that_is_recorded(
    ledger: Ledger, accounts: Accounts
) -> None:
    client = Client(ledger)
    account_id = client.open(0, balance=1000)
    ledger.do(client.hold(account_id, 600, expires_in_s=60))
    history = []
    for seconds in (59.999, 0.001, 500):
        ledger.tick(seconds)
        history.append(see(ledger, account_id))
    ledger.tick(1)
    ledger.do(client.deposit(account_id, 1))
    history.append(see(ledger, account_id))

    assert [seen.held for seen in history] == [600, 0, 0, 0]
    assert_history(accounts, account_id, history)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_to_holds_the_past_stays_what_it_was(
    ledger: Ledger, accounts: Accounts, seed: int
) -> None:
    random = Random(seed)
    client = Client(ledger)
    account_id = client.open(0, balance=5000)
    frozen = client.open(1)
    ledger.do(client.freeze(frozen, "credit"))
    destinations = [None, client.open(0), client.open(1), client.open(2), frozen]
    holds: list[str] = []
    history: list[Seen] = []
    for _ in range(STEPS):
        ledger.tick(random.choice((1, 5, 40)))
        match random.randrange(4):
            case 0 | 1:
                hold = client.hold(
                    account_id,
                    random.randint(10, 300),
                    destination_account_id=random.choice(destinations),
                    expires_in_s=random.choice((None, 30, 90)),
                )
                holds.append(ids.hold_id_of(hold.transaction_id))
                ledger.send(hold)
            case 2 if holds:
                ledger.send(client.capture(account_id, random.choice(holds), random.randint(1, 99)))
            case _ if holds:
                ledger.send(client.void(account_id, random.choice(holds)))
        # What goes to other partitions and back arrives sooner or later.
        for partition in random.choice(((0,), (0, 1, 2), (0, 1, 2, 0))):
            ledger.apply(partition)
        # What the log has already may still change this moment.
        if not ledger.waiting(0):
            history.append(see(ledger, account_id))

    assert len(history) > STEPS // 3
    assert_history(accounts, account_id, history)
    latest = accounts.balance(account_id)
    row = ledger.account(account_id)
    assert (latest.balance, latest.held) == (row["balance"], row["held"])
    statuses = {row["status"] for row in ledger.rows("select status from ledger.holds")}
    assert statuses == {"open", "captured", "voided", "expired"}
