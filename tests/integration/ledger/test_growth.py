"""The log grows while accounts are in use, and no account's order suffers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from functions.rebuild import Source, check, replay, restore
from handlers.accepting.partitioning import Partitioning
from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.domain.partitions import partition_of
from handlers.growing.growths import CannotGrow, Growing
from handlers.platform.errors import LogFenced
from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards
from tests.integration.ledger.growing_tool import grower
from tests.integration.ledger.harness import PARTITIONS, Ledger
from tests.integration.ledger.pooling import scratch_database, url_of
from tests.integration.ledger.traffic import (
    Clients,
    Consumers,
    await_drained,
    await_that,
    check_books,
    check_order,
)

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
GROWN = 5


def test_accounts_in_use_keep_their_order_while_the_tool_is_killed_at_every_step(
    url: str,
    source: Source,
    clients: Clients,
    ledger: Ledger,
    admin_url: str,
    pooler_port: int,
    template: str,
) -> None:
    clients.start()
    clients.await_more(150)
    arguments = [url, source.brokers.bootstrap, source.topic, str(PARTITIONS), str(GROWN)]
    command = [sys.executable, "-m", "tests.integration.ledger.growing_tool", *arguments]

    for moment in ("fenced", "drained", "marked"):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as tool:
            assert any(line.startswith(moment) for line in tool.stdout or ()), moment
            os.kill(tool.pid, signal.SIGKILL)
            tool.wait(10)
    taken = clients.count()
    time.sleep(1)
    assert clients.count() == taken, "nothing is taken in behind the fence"
    with pytest.raises(LogFenced):
        clients.intake.accept(c.Void(account_id="acc_" + "0" * 32, hold_id="", **clients.common()))
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)

    assert clients.fenced > 0
    clients.await_more(150)
    # Once more, by a process that knows only the first count.
    assert grower(url, source.brokers.bootstrap, source.topic, PARTITIONS).grow(GROWN + 1)
    clients.await_more(100)
    clients.stop()
    await_drained(ledger, source)
    check_order(ledger, clients)
    used = {position.partition for own in clients.accepted.values() for _, position in own}
    counts = (PARTITIONS, GROWN, GROWN + 1)
    assert used == {partition_of(one, count) for one in clients.accounts for count in counts}
    check_books(ledger, source, admin_url, GROWN + 1)
    with scratch_database(admin_url, template) as name:
        # Whoever restores may know the first count only: the log tells the others.
        restore(source, url_of(admin_url, name))
        restored = Database(url_of(admin_url, name, pooler_port), max_size=1)
        assert audit(Shards.only(restored)).is_sound
        growth = Growing(Shards.only(restored), source.topic).current()
        assert growth is not None
        assert (growth.partitions, growth.state) == (GROWN + 1, "done")
        restored.close()


def one_that_moves_and_one_where_it_was(clients: Clients) -> tuple[str, str]:
    """Return an account that moves, and another that lives, after the growth, where it did."""
    while True:
        for one, other in permutations(clients.accounts, 2):
            before, after = (partition_of(one, count) for count in (PARTITIONS, GROWN))
            if before != after and partition_of(other, GROWN) == before:
                return one, other
        clients.accounts.append(clients._open())


def test_a_parked_queue_moves_with_its_account(
    url: str, source: Source, clients: Clients, ledger: Ledger, admin_url: str
) -> None:
    account_id, other = one_that_moves_and_one_where_it_was(clients)
    words: dict[str, Any] = {"account_id": account_id, "currency": "EUR"}
    clients.send(account_id, c.Deposit(amount=1, description="\x00", **words, **clients.common()))
    behind = c.Transfer(
        source_account_id=account_id,
        destination_account_id=other,
        amount=3,
        currency="EUR",
        **clients.common(),
    )
    clients.send(account_id, behind)
    while ledger.count("parked_commands") < 2:
        time.sleep(0.05)

    grower(url, source.brokers.bootstrap, source.topic, PARTITIONS).grow(GROWN)
    clients.send(account_id, c.Deposit(amount=5, **words, **clients.common()))
    while ledger.count("parked_commands") < 3:
        time.sleep(0.05)
    (head,) = ledger.rows("select parked_id from ledger.parked_commands where not is_behind")
    clients.send(
        account_id,
        c.ParkedResolution(
            account_id=account_id,
            parked_id="prk_" + head["parked_id"].hex,
            action="discard",
            note="why",
            **clients.common(),
        ),
    )
    deadline_s = time.monotonic() + 30
    while ledger.rows("select 1 from ledger.parked_commands where status = 'parked'"):
        assert time.monotonic() < deadline_s, "the queue is not worked off"
        time.sleep(0.05)
    await_drained(ledger, source)

    assert ledger.balance(account_id) == 1000 - 3 + 5
    assert ledger.transaction(behind.transaction_id)["status"] == "completed"
    check_books(ledger, source, admin_url, GROWN)


def test_it_refuses_to_shrink_and_a_second_growth_beside_the_first(
    url: str, source: Source, clients: Clients, ledger: Ledger
) -> None:
    tool = grower(url, source.brokers.bootstrap, source.topic, PARTITIONS)
    with pytest.raises(CannotGrow, match="can't shrink to 2"):
        tool.grow(PARTITIONS - 1)
    assert not tool.grow(PARTITIONS), "there is nothing to do"
    with pytest.raises(CannotGrow, match="no growth"):
        tool.give_up()
    clients.send(
        clients.accounts[0],
        c.Freeze(account_id=clients.accounts[0], direction="debit", **clients.common()),
    )

    Growing(ledger.shards, source.topic).fence(PARTITIONS, GROWN)

    with pytest.raises(CannotGrow, match=f"to {GROWN} partitions is in progress"):
        tool.grow(GROWN + 1)
    assert tool.give_up() == PARTITIONS
    assert Growing(ledger.shards, source.topic).current() is None


def test_a_log_that_does_not_drain_is_opened_again(
    url: str, source: Source, clients: Clients, consumers: Consumers, ledger: Ledger
) -> None:
    consumers.stop()
    account_id = clients.accounts[0]
    clients.send(
        account_id, c.Deposit(account_id=account_id, amount=1, currency="EUR", **clients.common())
    )
    tool = grower(url, source.brokers.bootstrap, source.topic, PARTITIONS, fence_s=0, drain_s=0.5)

    with pytest.raises(CannotGrow, match="did not drain"):
        tool.grow(GROWN)

    assert Growing(ledger.shards, source.topic).current() is None
    time.sleep(1.1)
    assert clients.partitioning.sending_by() == PARTITIONS
    again = Consumers([url], source)
    assert grower(url, source.brokers.bootstrap, source.topic, PARTITIONS).grow(GROWN)
    again.stop()


def test_a_ledger_that_is_restored_from_before_a_growth_follows_it(
    url: str,
    source: Source,
    clients: Clients,
    consumers: Consumers,
    ledger: Ledger,
    admin_url: str,
    pooler_port: int,
    template: str,
) -> None:
    clients.start()
    clients.await_more(60)
    before = {
        row["partition"]: row["next_offset"]
        for row in ledger.rows("select partition, next_offset from ledger.partition_progress")
    }
    assert grower(url, source.brokers.bootstrap, source.topic, PARTITIONS).grow(GROWN)
    clients.await_more(60)
    clients.stop()
    await_drained(ledger, source)
    consumers.stop()
    with scratch_database(admin_url, template) as name:
        restored_url = url_of(admin_url, name, pooler_port)
        replay(source, restored_url, [before.get(partition, 0) for partition in range(PARTITIONS)])
        restored = Ledger(restored_url)
        again = Consumers([restored_url], source)
        partitioning = Partitioning(restored.database, source.topic, PARTITIONS)
        at_markers = "select 1 from ledger.partition_progress where growing_to is not null"
        await_that(
            lambda: len(restored.rows(at_markers)) == GROWN, "all partitions are at their markers"
        )
        with pytest.raises(LogFenced):
            partitioning.sending_by()

        assert grower(restored_url, source.brokers.bootstrap, source.topic, PARTITIONS).grow(GROWN)

        await_drained(restored, source)
        again.stop()
        restored.close()
        await_drained(ledger, source)
        _, difference = check(source, [restored_url], admin_url)
        assert difference is None, difference
        assert audit(Shards.only(Database(restored_url, max_size=1))).is_sound
