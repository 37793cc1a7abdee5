"""Whatever becomes of the tool that grows the log: commands are taken in again, and order holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from functions.rebuild import Source, check
from handlers.accepting.admission import Admission
from handlers.accepting.partitioning import Partitioning
from handlers.domain import commands as c
from handlers.growing.growths import CannotGrow, FenceLostError, Growing
from handlers.platform.errors import LogFenced
from handlers.platform.kafka import Outbound
from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards
from tests.integration.ledger.growing_tool import grower
from tests.integration.ledger.harness import COMMANDS, PARTITIONS, Client, Ledger
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
LEASE_S = 2.0
LIMIT_S = 60.0


def let_lapse(url: str) -> None:
    """Make it as though nobody had renewed the fence for long."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        connection.execute("update ledger.log_growths set fenced_until = now() - interval '1 s'")


def no_fence(ledger: Ledger) -> bool:
    return not ledger.rows("select 1 from ledger.log_growths where state <> 'done'")


# -- the fence in the database ----------------------------------------------------------------


@pytest.fixture
def partitioning(ledger: Ledger) -> Partitioning:
    """Return what nobody has asked yet, so that it looks."""
    return Partitioning(ledger.database, COMMANDS, PARTITIONS)


def test_a_fence_stands_while_its_run_renews_it(ledger: Ledger, partitioning: Partitioning) -> None:
    run = Growing(ledger.shards, COMMANDS)
    run.fence(PARTITIONS, GROWN)
    let_lapse(ledger.url)

    run.renew(GROWN)

    with pytest.raises(LogFenced):
        partitioning.sending_by()
    assert run.mark(GROWN).state == "marking"


def test_a_run_that_stood_still_while_commands_were_taken_in_does_not_mark_the_log(
    ledger: Ledger, partitioning: Partitioning
) -> None:
    paused = Growing(ledger.shards, COMMANDS)
    paused.fence(PARTITIONS, GROWN)
    let_lapse(ledger.url)
    assert partitioning.sending_by() == PARTITIONS, "commands are taken in again"

    with pytest.raises(FenceLostError):
        paused.renew(GROWN)
    with pytest.raises(FenceLostError):
        paused.mark(GROWN)

    assert paused.current() is None
    assert partitioning.sending_by() == PARTITIONS


def test_a_run_that_stood_still_while_nobody_asked_has_kept_its_fence(ledger: Ledger) -> None:
    paused = Growing(ledger.shards, COMMANDS)
    paused.fence(PARTITIONS, GROWN)
    let_lapse(ledger.url)

    assert paused.mark(GROWN).state == "marking"

    paused.lapse()
    assert paused.current() is not None, "a log that says it grows can only go on"


def test_a_run_that_stood_still_does_not_mark_behind_anothers_fence(
    ledger: Ledger, partitioning: Partitioning
) -> None:
    paused, other = (Growing(ledger.shards, COMMANDS) for _ in range(2))
    paused.fence(PARTITIONS, GROWN)
    let_lapse(ledger.url)
    partitioning.sending_by()
    other.fence(PARTITIONS, GROWN)

    with pytest.raises(FenceLostError):
        paused.mark(GROWN)
    paused.lift(GROWN)

    other.renew(GROWN)
    assert other.mark(GROWN).state == "marking"


def test_a_second_run_takes_the_fence_over_without_its_being_down(ledger: Ledger) -> None:
    first, second = (Growing(ledger.shards, COMMANDS) for _ in range(2))
    first.fence(PARTITIONS, GROWN)

    second.fence(PARTITIONS, GROWN)

    with pytest.raises(FenceLostError):
        first.renew(GROWN)
    first.lift(GROWN)
    second.renew(GROWN)


def test_a_second_run_to_another_count_is_refused(ledger: Ledger) -> None:
    first, second = (Growing(ledger.shards, COMMANDS) for _ in range(2))
    first.fence(PARTITIONS, GROWN)

    with pytest.raises(CannotGrow, match="another growth"):
        second.fence(PARTITIONS, GROWN + 1)

    first.renew(GROWN)


def test_a_late_run_does_not_turn_back_what_another_completed(ledger: Ledger) -> None:
    first, late = (Growing(ledger.shards, COMMANDS) for _ in range(2))
    Client(ledger).open(0)
    first.fence(PARTITIONS, GROWN)
    growth = first.mark(GROWN)
    first.complete(growth, lambda seen: None)

    assert late.fence(PARTITIONS, GROWN).state == "done"
    assert late.mark(GROWN).state == "done"

    assert first.partitions() == GROWN
    stated = ledger.rows("select distinct partitions from ledger.partition_progress")
    assert [row["partitions"] for row in stated] == [GROWN]


def test_a_fence_of_a_release_without_leases_stands_until_somebody_decides(
    ledger: Ledger, partitioning: Partitioning
) -> None:
    ledger.execute(
        "insert into ledger.log_growths (topic, partitions, partitions_before, state)"
        " values (%s, %s, %s, 'fenced')",
        COMMANDS,
        GROWN,
        PARTITIONS,
    )
    run = Growing(ledger.shards, COMMANDS)
    run.lapse()
    with pytest.raises(LogFenced):
        partitioning.sending_by()

    run.fence(PARTITIONS, GROWN)

    assert run.mark(GROWN).state == "marking"


# -- the tool itself ----------------------------------------------------------------------------


@contextmanager
def tool_until(
    url: str, source: Source, moment: str, wanted: int = GROWN
) -> Iterator[subprocess.Popen[str]]:
    """Run the tool as a process up to a moment that it tells of."""
    command = [sys.executable, "-m", "tests.integration.ledger.growing_tool", url]
    command += [source.brokers.bootstrap, source.topic, str(PARTITIONS), str(wanted), str(LEASE_S)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as tool:
        assert any(line.startswith(moment) for line in tool.stdout or ()), moment
        try:
            yield tool
        finally:
            if tool.poll() is None:
                os.kill(tool.pid, signal.SIGKILL)


def grow(url: str, source: Source, wanted: int) -> bool:
    return grower(url, source.brokers.bootstrap, source.topic, PARTITIONS).grow(wanted)


def test_a_tool_that_is_killed_at_the_fence_keeps_nobody_out_for_long(
    url: str, source: Source, clients: Clients, ledger: Ledger, admin_url: str
) -> None:
    clients.start()
    clients.await_more(50)
    with tool_until(url, source, "fenced") as tool:
        tool.kill()
        tool.wait(10)
    await_that(lambda: clients.fenced > 0, "the clients meet the fence")

    # By nothing but the clients' own asking.
    await_that(lambda: no_fence(ledger), "the fence is lifted")

    clients.await_more(50)
    _, difference = check(source, [url], admin_url)
    assert difference is None, difference
    assert grow(url, source, GROWN + 1)
    clients.await_more(50)
    clients.stop()
    await_drained(ledger, source)
    check_order(ledger, clients)
    check_books(ledger, source, admin_url, GROWN + 1)


def test_a_tool_that_is_paused_at_the_fence_finds_it_lifted_and_changes_nothing(
    url: str, source: Source, clients: Clients, ledger: Ledger, admin_url: str
) -> None:
    clients.start()
    clients.await_more(50)
    with tool_until(url, source, "fenced") as tool:
        os.kill(tool.pid, signal.SIGSTOP)
        await_that(lambda: no_fence(ledger), "the fence is lifted")
        clients.await_more(50)

        os.kill(tool.pid, signal.SIGCONT)

        said = tool.stdout.read() if tool.stdout else ""
        assert tool.wait(LIMIT_S) == 1
    assert "error: This run's fence was lifted" in said
    assert no_fence(ledger)
    clients.await_more(50)
    clients.stop()
    await_drained(ledger, source)
    check_order(ledger, clients)
    check_books(ledger, source, admin_url, PARTITIONS)


def test_a_growth_that_runs_is_given_up_and_its_tool_hears_of_it(
    url: str, source: Source, clients: Clients, ledger: Ledger, admin_url: str
) -> None:
    clients.start()
    clients.await_more(50)
    operator = grower(url, source.brokers.bootstrap, source.topic, PARTITIONS)
    with tool_until(url, source, "fenced") as tool:
        assert operator.give_up() == PARTITIONS

        assert tool.wait(LIMIT_S) == 1
    assert no_fence(ledger)
    clients.await_more(50)
    _, difference = check(source, [url], admin_url)
    assert difference is None, difference
    assert grow(url, source, GROWN), "to the same count, later"
    clients.stop()
    await_drained(ledger, source)
    check_books(ledger, source, admin_url, GROWN)


def test_a_log_that_is_marked_can_only_go_on(
    url: str, source: Source, clients: Clients, consumers: Consumers, ledger: Ledger, admin_url: str
) -> None:
    clients.start()
    clients.await_more(50)
    with tool_until(url, source, "marked") as tool:
        tool.kill()
        tool.wait(10)
    operator = grower(url, source.brokers.bootstrap, source.topic, PARTITIONS)

    with pytest.raises(CannotGrow, match="can't be cancelled"):
        operator.give_up()

    assert grow(url, source, GROWN)
    clients.await_more(50)
    clients.stop()
    await_drained(ledger, source)
    check_order(ledger, clients)
    check_books(ledger, source, admin_url, GROWN)


def test_after_a_growth_that_was_given_up_everything_is_as_before(
    url: str, source: Source, clients: Clients, consumers: Consumers, ledger: Ledger, admin_url: str
) -> None:
    await_drained(ledger, source)
    consumers.stop()
    account_id = clients.accounts[0]
    words: dict[str, Any] = {"account_id": account_id, "currency": "EUR"}
    clients.send(account_id, c.Deposit(amount=1, **words, **clients.common()))
    tool = grower(url, source.brokers.bootstrap, source.topic, PARTITIONS, fence_s=0, drain_s=0.5)
    with pytest.raises(CannotGrow, match="did not drain"):
        tool.grow(GROWN)
    # What a release of before left, which started the new partitions at the fence.
    ledger.execute(
        "insert into ledger.partition_progress"
        " (topic, partition, incarnation, next_offset, clock, partitions)"
        " select %s, lane, '', 0, 'epoch', %s from generate_series(%s::int, %s::int) as lane",
        source.topic,
        PARTITIONS,
        PARTITIONS,
        GROWN - 1,
    )

    again = Consumers([url], source)
    clients.send(account_id, c.Deposit(amount=2, **words, **clients.common()))
    await_drained(ledger, source)

    assert ledger.balance(account_id) == 1003
    assert Partitioning(ledger.database, source.topic, PARTITIONS).sending_by() == PARTITIONS
    admission = Admission(Shards.only(Database(url, max_size=1)), source.topic, 1)
    for partition in range(GROWN):
        admission.check(partition)
    check_books(ledger, source, admin_url, PARTITIONS)
    # Somebody's own tool writes to a partition that the topic has, and no account lives on.
    stray = Outbound(source.topic, GROWN - 1, b"", b"stray")
    clients.producer.wait(clients.producer.send([stray]))
    await_that(lambda: ledger.count("parked_commands") == 1, "it is parked")
    check_books(ledger, source, admin_url, PARTITIONS)
    assert grow(url, source, GROWN)
    clients.send(account_id, c.Deposit(amount=3, **words, **clients.common()))
    await_drained(ledger, source)
    check_books(ledger, source, admin_url, GROWN)
    again.stop()


def test_topics_do_not_shrink_after_a_growth_that_was_given_up(
    url: str, source: Source, clients: Clients, ledger: Ledger
) -> None:
    with tool_until(url, source, "fenced", GROWN + 1):
        grower(url, source.brokers.bootstrap, source.topic, PARTITIONS).give_up()

    with pytest.raises(Exception, match=f"has {GROWN + 1} partitions already"):
        grow(url, source, GROWN)

    assert no_fence(ledger)
