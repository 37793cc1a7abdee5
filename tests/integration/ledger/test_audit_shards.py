"""The audit gives one verdict over all shards, also about what none of them has alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from typing import Any, LiteralString, NamedTuple

import psycopg
import pytest

from handlers.auditing import snapshots as module
from handlers.auditing.auditor import Progress, audit, checked
from handlers.auditing.snapshots import PartitionsMoving, Snapshot, Snapshots
from handlers.domain import ids
from handlers.moving.moves import Moves
from handlers.sharding.together import Together
from tests.integration.ledger.harness import COMMANDS, Client, Ledger
from tests.integration.ledger.pooling import scratch_database, url_of
from tests.integration.ledger.scenario import Scenario, play
from tests.integration.ledger.sharded import ShardedLedger
from tests.integration.ledger.test_audit import CORRUPTIONS, TABLES, Corruption
from tests.integration.ledger.test_audit_mutations import VALUES

pytestmark = pytest.mark.integration


class Played(NamedTuple):
    """A ledger over two shards that has seen everything; ``there`` is on the second."""

    ledger: ShardedLedger
    scenario: Scenario


@pytest.fixture(scope="module")
def kept(admin_url: str, template: str) -> Iterator[Played]:
    with scratch_database(admin_url, template) as one, scratch_database(admin_url, template) as two:
        # As the owner, because the application may not copy tables.
        ledger = ShardedLedger([url_of(admin_url, name) for name in (one, two)], {1: 2})
        scenario = play(ledger)
        _conflict_across(ledger, scenario)
        ledger.execute("create schema kept")
        for table in TABLES:
            ledger.execute("create table kept." + table + " as table ledger." + table)
        yield Played(ledger, scenario)
        ledger.close()


def _conflict_across(ledger: ShardedLedger, scenario: Scenario) -> None:
    """Use a key for accounts on both shards."""
    client = scenario.client
    key = ids.keyed_transaction_id(client.user_id, "K")
    for account_id in (scenario.here, scenario.there):
        ledger.send(client.deposit(account_id, 1, transaction_id=key, fingerprint=account_id))
        ledger.apply(0)
    # But for the transfer that is to stay under way, which the partition's log has before.
    waiting = ledger.waiting(1)
    assert len(waiting) == 2
    ledger.log.partitions[1][-2:] = [
        waiting[1]._replace(offset=waiting[0].offset),
        waiting[0]._replace(offset=waiting[1].offset),
    ]
    ledger.apply(1, 1)


@pytest.fixture
def played(kept: Played) -> Iterator[Played]:
    """The played ledger, to be corrupted; it is mended afterwards."""
    yield kept
    for table in TABLES:
        kept.ledger.execute("delete from ledger." + table)
        kept.ledger.execute("insert into ledger." + table + " table kept." + table)


def test_a_sound_ledger_on_two_shards_is_sound(played: Played) -> None:
    ledger, _ = played

    report = audit(ledger.shards, slice_size=4)

    assert report.findings == ()
    assert report.shards == 2
    assert report.in_transit == report.between_shards == {"EUR": 77}
    assert report.accounts == ledger.count("accounts")
    assert report.transactions == ledger.count("transactions")


#: Lies about what is on two shards, besides the ones about a ledger in one database.
ACROSS = {
    "a second leg of another request": Corruption(
        "update ledger.legs set request_id = 'x' where transaction_id = %(transfer)s and leg = 2",
        "receipts",
        "its leg 2 and its first differ: of another request",
        "here",
    ),
    "a second leg without a first": Corruption(
        "update ledger.legs set transaction_id = gen_random_uuid()"
        " where transaction_id = %(transfer)s and leg = 2",
        "legs",
        "has no first leg",
        "there",
    ),
    "one transaction on two shards": Corruption(
        "with twice as (select l.* from ledger.legs l where transaction_id = %(deposit)s) select 1",
        "legs",
        "its leg 1 is on shard 1 and on shard 2",
        "here",
    ),
    "a conflict with a request of the same words": Corruption(
        "update ledger.conflicts set fingerprint = replace(%(here_text)s, 'x', 'x')"
        " where fingerprint = %(there_text)s",
        "conflicts",
        "which asked for the same",
        None,
    ),
    "an account on a shard that its partition is not on": Corruption(
        "update ledger.accounts set partition = 2 where account_id = %(there)s",
        "strangers",
        "shard 2 has 1 rows of partition 2, which is not there",
        None,
    ),
    "a map that says something else": Corruption(
        "update ledger.partition_progress set shard = null where shard = 2",
        "strangers",
        "partition 1 is on shard 1 by the map, but in use on 1, 2",
        None,
    ),
}


@pytest.mark.parametrize("name", [*CORRUPTIONS, *ACROSS])
def test_a_corruption_is_found_wherever_the_other_leg_is(played: Played, name: str) -> None:
    corruption = (CORRUPTIONS | ACROSS)[name]
    ledger, scenario = played
    values = {key: value[4:] for key, value in vars(scenario).items() if key != "client"}
    values |= {"here_text": scenario.here, "there_text": scenario.there}
    assert _corrupt(ledger, corruption.statement, values) > 0, "the test spoilt nothing"

    report = audit(ledger.shards, slice_size=7)

    ledger.database.write("update ledger.partition_progress set shard = 2 where partition = 1")
    findings = [one for one in report.findings if one.check == corruption.check]
    assert report.wrong[corruption.check] >= len(findings) > 0, report.findings
    assert corruption.says in " ".join(str(one) for one in findings)
    if corruption.victim is not None:
        assert getattr(scenario, corruption.victim) in [one.account_id for one in findings]


def _corrupt(ledger: ShardedLedger, statement: LiteralString, values: dict[str, str]) -> int:
    """Run a statement on all shards; return how many rows it changed."""
    if statement.endswith(" select 1"):
        return _copy_leg(ledger, values["deposit"])
    changed = 0
    for shard in ledger.shards.each:
        with shard.database.connection() as connection:
            changed += connection.execute(statement, values).rowcount
    return changed


def _copy_leg(ledger: ShardedLedger, transaction_id: str) -> int:
    columns = "select to_jsonb(l)::text from ledger.legs l where transaction_id = %s"
    ((row,),) = ledger.database.read(columns, [transaction_id])
    ledger.shards.database(2).write(
        "insert into ledger.legs select (jsonb_populate_record(null::ledger.legs, %s)).*", [row]
    )
    return 1


def found_changes(ledger: Ledger, transaction_id: str) -> set[tuple[int, str]]:
    """Return the changes to a move's legs that the audit finds, by leg and column."""
    found: set[tuple[int, str]] = set()
    with ExitStack() as stack:
        each = []
        for shard in ledger.shards.each:
            connection = stack.enter_context(shard.database.connection())
            # What is not committed can be seen by nobody else.
            each.append(Snapshot(shard.number, connection, connection))
        columns = (
            each[0]
            .connection.execute(
                "select column_name, data_type from information_schema.columns"
                " where table_schema = 'ledger' and table_name = 'legs'"
            )
            .fetchall()
        )
        for leg, (name, kind) in product((1, 2), columns):
            with ExitStack() as undone:
                for one in each:
                    undone.enter_context(one.connection.transaction(force_rollback=True))
                if _change(each, transaction_id, leg, name, VALUES[kind][0].format(f'"{name}"')):
                    results = checked(Snapshots(each))
                    if any(result.total for result in results):
                        found.add((leg, name))
    return found


def _change(each: list[Snapshot], transaction_id: str, leg: int, column: str, value: str) -> bool:
    statement = (
        f'update ledger.legs set "{column}" = {value} where transaction_id = %s and leg = %s'
    )
    try:
        changed = [
            one.connection.execute(statement.encode(), (transaction_id[4:], leg)).rowcount
            for one in each
        ]
    except psycopg.IntegrityError:
        return False  # the database itself refuses it
    return sum(changed) == 1


@pytest.mark.slow
def test_what_the_audit_finds_does_not_depend_on_where_a_leg_is(played: Played, url: str) -> None:
    alone = Ledger(url)
    try:
        expected = found_changes(alone, play(alone).transfer)
    finally:
        alone.close()

    # One database refuses some changes by itself.
    assert found_changes(played.ledger, played.scenario.transfer) >= expected
    assert len(expected) > 30


def test_what_was_mended_is_sound(played: Played) -> None:
    # Or the corruptions above would be found in what the ones before them left.
    assert audit(played.ledger.shards, slice_size=4).is_sound


@pytest.mark.parametrize("moment", [1, 2])
def test_money_that_moves_between_the_snapshots_is_not_wrong(
    sharded: ShardedLedger, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second shard's snapshot is later, or the home database's is."""
    client = Client(sharded)
    here, there = client.open(0, balance=1000), client.open(1, balance=1000)
    sharded.do(client.transfer(here, there, 7))
    taken = 0
    real = module._take

    def take(connection: psycopg.Connection[Any]) -> None:
        nonlocal taken
        real(connection)
        taken += 1
        if taken == moment:
            sharded.do(client.transfer(here, there, 30))
            sharded.do(client.transfer(there, here, 500))

    monkeypatch.setattr(module, "_take", take)

    report = audit(sharded.shards)

    assert taken == 2
    assert report.findings == ()
    assert report.in_transit == {}


def test_money_that_moves_during_the_audit_is_not_wrong(sharded: ShardedLedger) -> None:
    scenario = play(sharded)

    def move_money(progress: Progress) -> None:
        if progress.done == 0:
            sharded.do(scenario.client.transfer(scenario.there, scenario.neighbour, 3))
            sharded.do(scenario.client.transfer(scenario.here, scenario.there, 3))

    report = audit(sharded.shards, move_money)

    assert report.findings == ()
    assert report.postings < sharded.count("postings")


def test_a_conflicts_winner_may_wait_for_an_operator(sharded: ShardedLedger) -> None:
    client = Client(sharded)
    here, there = client.open(0), client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "K")
    sharded.put(here.encode(), b"garbage", 0)
    for account_id in (here, there):
        sharded.send(client.deposit(account_id, 1, transaction_id=key, fingerprint=account_id))
        sharded.drain()
    assert sharded.count("conflicts") == 1

    report = audit(sharded.shards)

    assert report.findings == ()
    assert report.waiting == 2
    sharded.database.write("delete from ledger.claims")
    assert audit(sharded.shards).wrong == {"conflicts": 1}


def test_it_does_not_judge_while_partitions_are_being_moved(sharded: ShardedLedger) -> None:
    play(sharded)
    Moves(sharded.database, COMMANDS).plan(Together(3, 0), 1, 2)

    with pytest.raises(PartitionsMoving, match="make move-partition P=0 TO=2"):
        audit(sharded.shards)


def test_it_does_not_judge_what_was_moved_meanwhile(
    sharded: ShardedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves = iter([4, 5])
    monkeypatch.setattr(module, "_moves", lambda shards: next(moves))

    with pytest.raises(PartitionsMoving, match="run it again"):
        audit(sharded.shards)
