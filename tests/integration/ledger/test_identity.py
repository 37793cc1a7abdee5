"""A migration gives each shard its number, and refuses a database that is another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from functions import wiring
from functions.migrate import migrate_all, spread_over
from handlers.platform.migrator import migrations
from handlers.platform.postgres import Database
from handlers.sharding.identity import WrongDatabase
from tests.integration.ledger.pooling import scratch_database, url_of
from tests.unit.functions.test_roads import COMPLETE

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    wiring.reset()
    yield
    wiring.reset()


@pytest.fixture
def databases(admin_url: str) -> Iterator[list[Database]]:
    """Return three empty databases, signed in to as their owner."""
    with ExitStack() as held:
        names = [held.enter_context(scratch_database(admin_url)) for _ in range(3)]
        made = [Database(url_of(admin_url, name), max_size=2) for name in names]
        for database in made:
            held.callback(database.close)
        yield made


def numbers(databases: list[Database]) -> list[list[tuple[Any, ...]]]:
    return [database.read("select shard from ledger.identity") for database in databases]


def test_every_shard_is_migrated_and_knows_its_number(databases: list[Database]) -> None:
    done = migrate_all(databases)

    assert numbers(databases) == [[], [(2,)], [(3,)]]
    assert len(done["Applied"].split(",")) == 3 * len(migrations())
    assert migrate_all(databases)["Applied"] == ""
    assert numbers(databases) == [[], [(2,)], [(3,)]]


def test_a_shard_that_is_added_gets_the_next_number(databases: list[Database]) -> None:
    migrate_all(databases[:2])

    migrate_all(databases)

    assert numbers(databases) == [[], [(2,)], [(3,)]]


def test_the_partitions_of_a_new_ledger_are_spread_over_its_shards(
    databases: list[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTITIONS", "4")
    migrate_all(databases)

    spread_over(databases)
    spread_over(databases)

    rows = databases[0].read("select partition, coalesce(shard, 1) from ledger.partition_progress")
    assert dict(rows) == {0: 1, 1: 2, 2: 3, 3: 1}


def test_a_deployment_goes_on_while_partitions_are_being_moved(databases: list[Database]) -> None:
    migrate_all(databases)
    databases[0].write(
        "insert into ledger.moves (topic, modulus, residue, source, target, state)"
        " values ('ledger.commands', 1, 0, 1, 2, 'copying')"
    )

    spread_over(databases)

    assert databases[0].read("select * from ledger.partition_progress") == []


def test_databases_in_another_order_are_refused(databases: list[Database]) -> None:
    home, second, third = databases
    migrate_all(databases)

    with pytest.raises(WrongDatabase, match="shard 2's database is shard 3"):
        migrate_all([home, third, second])
    with pytest.raises(WrongDatabase, match="the home database is shard 2"):
        migrate_all([second, home, third])

    assert numbers(databases) == [[], [(2,)], [(3,)]]


def test_a_home_database_does_not_become_a_shard(databases: list[Database]) -> None:
    home, another, _ = databases
    migrate_all([another])
    another.write("insert into ledger.partition_progress values ('t', 0, '', 0, 'epoch')")

    with pytest.raises(WrongDatabase, match="has a home database's rows"):
        migrate_all([home, another])

    assert numbers([another]) == [[]]


def test_one_database_under_two_addresses_is_refused_before_anything_is_written(
    databases: list[Database],
) -> None:
    home, second, _ = databases
    migrate_all([home, second])

    for twice in ([home, home], [home, second, second]):
        with pytest.raises(WrongDatabase, match="same database as another shard"):
            migrate_all(twice)

    assert numbers([home, second]) == [[], [(2,)]]
