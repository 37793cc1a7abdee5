"""A log whose partitions are on two shards grows, and they move, while accounts are in use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.rebuild import CannotTell, Source, restore_shard
from handlers.auditing.auditor import audit
from handlers.domain.partitions import partition_of
from handlers.growing import growths as module
from handlers.growing.growths import CannotGrow, Growing
from handlers.moving.mover import Mover, Waits
from handlers.moving.moves import CannotMove, Moves
from handlers.sharding.together import Together
from tests.integration.ledger.growing_tool import BETWEEN, grower
from tests.integration.ledger.harness import PARTITIONS
from tests.integration.ledger.pooling import empty
from tests.integration.ledger.sharded import ShardedLedger, rows_of
from tests.integration.ledger.traffic import (
    Clients,
    Consumers,
    await_drained,
    check_books,
    check_order,
)

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
GROWN = 2 * PARTITIONS


@pytest.fixture
def urls(url: str, other_url: str) -> list[str]:
    """Return where two empty databases are."""
    empty(other_url)
    return [url, other_url]


@pytest.fixture
def sharded(urls: list[str], source: Source) -> Iterator[ShardedLedger]:
    """Return a ledger on a topic of its own, whose partition 1 is on the second shard."""
    made = ShardedLedger(urls, {1: 2}, PARTITIONS, source.topic)
    yield made
    made.close()


@pytest.fixture
def consumers(sharded: ShardedLedger, source: Source) -> Iterator[Consumers]:
    made = Consumers(sharded.urls, source)
    yield made
    made.stop()


def mover(ledger: ShardedLedger, source: Source) -> Mover:
    return Mover(ledger.shards, source.topic, PARTITIONS, waits=Waits(read_s=0.5))


def test_accounts_on_two_shards_keep_their_order_through_growths_and_moves(
    sharded: ShardedLedger, source: Source, clients: Clients, admin_url: str, urls: list[str]
) -> None:
    clients.start()
    clients.await_more(100)
    together = BETWEEN.join(urls)
    arguments = [together, source.brokers.bootstrap, source.topic, str(PARTITIONS), str(GROWN)]
    command = [sys.executable, "-m", "tests.integration.ledger.growing_tool", *arguments]

    assert mover(sharded, source).move(0, 2)
    clients.await_more(50)
    for moment in ("fenced", "drained", "marked"):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as tool:
            assert any(line.startswith(moment) for line in tool.stdout or ()), moment
            os.kill(tool.pid, signal.SIGKILL)
            tool.wait(10)
    with pytest.raises(CannotMove, match="the log is being grown"):
        mover(sharded, source).move(1, 1)
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    clients.await_more(50)
    # With it, partition 3 comes back: its accounts were partition 0's before.
    assert mover(sharded, source).move(0, 1)
    clients.await_more(100)
    clients.stop()
    await_drained(sharded, source)

    assert partitions_on(sharded, 1) == {0, 2, 3, 5}
    assert partitions_on(sharded, 2) == {1, 4}
    check_order(sharded, clients)
    used = {position.partition for own in clients.accepted.values() for _, position in own}
    assert used == {partition_of(one, n) for one in clients.accounts for n in (PARTITIONS, GROWN)}
    check_books(sharded, source, admin_url, GROWN)


def partitions_on(ledger: ShardedLedger, shard: int) -> set[int]:
    """Return the partitions of the customers' accounts on a shard."""
    rows = rows_of(
        ledger.shards.database(shard),
        "select distinct partition from ledger.partition_progress where shard is null",
    )
    return {row["partition"] for row in rows}


def test_a_lost_shard_is_rebuilt_from_the_log(
    sharded: ShardedLedger,
    source: Source,
    clients: Clients,
    consumers: Consumers,
    admin_url: str,
    urls: list[str],
) -> None:
    clients.start()
    clients.await_more(100)
    clients.stop()
    await_drained(sharded, source)
    with pytest.raises(CannotTell, match="shard 2 has partitions"):
        restore_shard(source, urls, 2, admin_url)
    empty(urls[1])
    sharded.shards.database(2).write("insert into ledger.identity (shard) values (2)")

    restore_shard(source, urls, 2, admin_url)

    assert partitions_on(sharded, 2) == {1}
    check_order(sharded, clients)
    check_books(sharded, source, admin_url, PARTITIONS)


def test_a_log_with_shards_grows_only_where_accounts_stay_on_theirs(
    sharded: ShardedLedger, source: Source, urls: list[str]
) -> None:
    tool = grower(BETWEEN.join(urls), source.brokers.bootstrap, source.topic, PARTITIONS)

    with pytest.raises(CannotGrow, match="only to multiples of 3 partitions, for example 6"):
        tool.grow(PARTITIONS + 1)

    assert Growing(sharded.shards, source.topic).current() is None


def test_no_growth_begins_while_partitions_are_being_moved(
    sharded: ShardedLedger, source: Source
) -> None:
    Moves(sharded.database, source.topic).plan(Together(PARTITIONS, 0), 1, 2)

    with pytest.raises(CannotGrow, match="partitions are being moved"):
        Growing(sharded.shards, source.topic).fence(PARTITIONS, GROWN)


def test_a_growth_that_completed_on_one_shard_completes_on_the_other(
    sharded: ShardedLedger,
    source: Source,
    clients: Clients,
    urls: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, done = module.complete, 0

    def complete_one(*arguments: object) -> int:
        nonlocal done
        done += 1
        if done == 2:
            raise Interrupted
        return real(*arguments)  # type: ignore[arg-type]  # hands all on

    tool = grower(BETWEEN.join(urls), source.brokers.bootstrap, source.topic, PARTITIONS)
    monkeypatch.setattr(module, "complete", complete_one)
    with pytest.raises(Interrupted):
        tool.grow(GROWN)
    monkeypatch.undo()
    assert audit(sharded.shards).is_sound

    assert tool.grow(GROWN)

    clients.start()
    clients.await_more(30)
    clients.stop()
    await_drained(sharded, source)
    assert audit(sharded.shards).is_sound


class Interrupted(BaseException):
    """The tool was interrupted."""
