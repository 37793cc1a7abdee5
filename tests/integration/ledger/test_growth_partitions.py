"""What a partition does at a growth's marker, whoever is late."""

from __future__ import annotations

import pytest

from handlers.domain import commands as c
from handlers.domain.growth import KEY, Growth, marker
from handlers.domain.partitions import partition_of
from handlers.growing import growths as module
from handlers.growing.growths import Growing
from handlers.platform.errors import Unavailable
from tests.integration.ledger.harness import COMMANDS, START_MS, Client, Ledger
from tests.integration.ledger.layouts import LedgerPlayer

pytestmark = pytest.mark.integration

BEFORE, AFTER = 3, 4
LATE_US = (START_MS + 3_600_000) * 1000


def mark(ledger: Ledger, partition: int, before: int = BEFORE, after: int = AFTER) -> None:
    growth = marker(partition, before, after, LATE_US, has_parked=False)
    ledger.put(KEY, c.encode(growth), partition)


def an_account_that_moves(client: Client) -> str:
    while True:
        account_id = client.open(balance=100)
        if partition_of(account_id, AFTER) != partition_of(account_id, BEFORE):
            return account_id


def marked(ledger: Ledger) -> tuple[Growing, Growth]:
    growing = Growing(ledger.shards, COMMANDS)
    growing.fence(BEFORE, AFTER)
    growth = growing.mark(AFTER)
    for partition in range(BEFORE):
        mark(ledger, partition)
        ledger.drain()
    return growing, growth


def complete(ledger: Ledger) -> None:
    growing, growth = marked(ledger)
    assert growing.complete(growth, lambda seen: None) > 0


def test_moving_accounts_may_be_interrupted_and_done_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLICE_SIZE", 2)
    client = Client(ledger)
    account_ids = [client.open() for _ in range(9)]
    growing, growth = marked(ledger)

    def fail(seen: int) -> None:
        if seen == 4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        growing.complete(growth, fail)
    assert growing.partitions() == BEFORE, "no partition goes by the new count yet"

    growing.complete(growth, lambda seen: None)

    assert growing.partitions() == AFTER
    assert growing.complete(growth, lambda seen: None) == 0, "it is completed once"
    for account_id in account_ids:
        assert ledger.account(account_id)["partition"] == partition_of(account_id, AFTER)


def test_nothing_behind_a_marker_is_applied_before_the_growth_is_completed(ledger: Ledger) -> None:
    # As after a restore to a point in time before the growth, when the log comes once more.
    client = Client(ledger)
    account_id = an_account_that_moves(client)
    home = partition_of(account_id, BEFORE)
    for partition in range(BEFORE):
        mark(ledger, partition)
    ledger.put(b"", c.encode(client.deposit(account_id, 5)), home)

    with pytest.raises(Unavailable, match="growth to 4 partitions"):
        ledger.drain()

    assert ledger.balance(account_id) == 100
    (row,) = ledger.rows(
        "select growing_to, extract(epoch from clock) * 1000000 as clock, partitions"
        " from ledger.partition_progress where partition = %s",
        home,
    )
    assert (row["growing_to"], row["partitions"]) == (AFTER, BEFORE)
    assert row["clock"] == LATE_US, "time goes on from the latest of all partitions"


def test_a_writer_that_was_asleep_learns_the_new_count_from_the_partition(ledger: Ledger) -> None:
    client = Client(ledger)
    account_id = an_account_that_moves(client)
    home, new_home = partition_of(account_id, BEFORE), partition_of(account_id, AFTER)
    asleep = ledger.new_writer()
    old = list(ledger.log.partitions[home])
    complete(ledger)

    again = asleep.apply(old)

    assert again.duplicates == len(old)
    assert ledger.balance(account_id) == 100
    assert ledger.account(account_id)["partition"] == new_home


def test_a_command_that_comes_to_an_accounts_old_partition_is_parked_not_applied(
    ledger: Ledger,
) -> None:
    client = Client(ledger)
    account_id = an_account_that_moves(client)
    complete(ledger)

    ledger.put(
        account_id.encode(),
        c.encode(client.deposit(account_id, 7)),
        partition_of(account_id, BEFORE),
    )
    applied = ledger.apply(partition_of(account_id, BEFORE))

    assert applied.parked == 1
    assert ledger.balance(account_id) == 100


def test_a_marker_that_comes_again_changes_nothing(ledger: Ledger) -> None:
    client = Client(ledger)
    account_id = an_account_that_moves(client)
    complete(ledger)
    before = ledger.rows("select partition, partitions, growing_to from ledger.partition_progress")

    mark(ledger, 0)
    applied = ledger.apply(0)

    assert applied.duplicates == 1
    after = ledger.rows("select partition, partitions, growing_to from ledger.partition_progress")
    assert sorted(map(str, after)) == sorted(map(str, before))
    assert ledger.balance(account_id) == 100


def test_a_marker_that_does_not_follow_on_is_parked(ledger: Ledger) -> None:
    Client(ledger).open(0)

    mark(ledger, 0, before=7, after=9)
    applied = ledger.apply(0)

    assert applied.parked == 1
    (row,) = ledger.rows("select growing_to from ledger.partition_progress where partition = 0")
    assert row["growing_to"] is None


def test_a_queue_that_was_moved_comes_before_what_joins_it_at_the_same_moment(
    ledger: Ledger,
) -> None:
    client = Client(ledger)
    while True:
        account_id = client.open(balance=100)
        if partition_of(account_id, AFTER) == AFTER - 1:
            break
    # Far behind the offsets that the new partition will have.
    poison = client.deposit(account_id, 1, description="\x00")
    ledger.send(*(client.deposit(account_id, 1) for _ in range(5)), poison)
    ledger.drain()
    LedgerPlayer(ledger, at_step=0).grow(AFTER)
    # The log's time stands still meanwhile, as where a broker's clock was ahead.
    ledger.send(client.withdrawal(account_id, 50))
    ledger.drain()
    (head,) = ledger.rows("select parked_id from ledger.parked_commands where not is_behind")

    decided = ledger.do(client.resolution(account_id, "prk_" + head["parked_id"].hex, "discard"))

    assert decided["reason"] is None
    assert ledger.balance(account_id) == 55
