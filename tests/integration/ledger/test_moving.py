"""A partition that moves to another shard takes all it has along, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, LiteralString

import pytest

from handlers.applying.loader import NotHereError
from handlers.domain import ids
from handlers.moving import rows
from handlers.moving import spread as spreading
from handlers.moving.mover import Mover, Waits
from handlers.moving.moves import CannotMove
from handlers.moving.rows import MOVED, PROGRESS, Moved
from handlers.moving.spread import spread
from handlers.platform.clock import now_us
from tests.integration.ledger.everything import Everything
from tests.integration.ledger.harness import COMMANDS, PARTITIONS, Client, Ledger
from tests.integration.ledger.pooling import empty, scratch_database, url_of
from tests.integration.ledger.rebuilt import difference_when_rebuilt
from tests.integration.ledger.sharded import ShardedLedger, rows_of

pytestmark = pytest.mark.integration

#: Nobody in these tests uses a map for long.
AT_ONCE = Waits(settle_s=0, read_s=0)
#: Tables that name a partition or an account, and stay at home: the map's, the log's, and those of
#: people and their webhooks.
STAYING = {"claims", "log_growths", "moves", "parked_events", "webhook_deliveries"}


@pytest.fixture(scope="module")
def further_urls(admin_url: str, pooler_port: int, template: str) -> Iterator[list[str]]:
    """Make the databases of shards 2 and 3."""
    with scratch_database(admin_url, template) as one, scratch_database(admin_url, template) as two:
        yield [url_of(admin_url, name, pooler_port) for name in (one, two)]


@pytest.fixture
def sharded(url: str, further_urls: list[str]) -> Iterator[ShardedLedger]:
    """Return a ledger over three databases with all partitions at home."""
    for one in further_urls:
        empty(one)
    made = ShardedLedger([url, *further_urls], {})
    try:
        yield made
    finally:
        made.close()


def mover(ledger: ShardedLedger, look: Callable[[str], None] = lambda line: None) -> Mover:
    """Return a mover that tells ``look`` about each step."""
    return Mover(ledger.shards, COMMANDS, PARTITIONS, waits=AT_ONCE, report=look)


def move(ledger: ShardedLedger, partition: int, target: int) -> bool:
    """Move a partition; whoever goes on looks at the map first."""
    is_changed = mover(ledger).move(partition, target)
    ledger.shards.forget()
    return is_changed


def partitions_on(ledger: ShardedLedger, shard: int) -> set[int]:
    query = (
        "select distinct partition from ledger.accounts union select partition from ledger.legs"
        " union select partition from ledger.parked_commands"
        " union select partition from ledger.conflicts"
    )
    return {row["partition"] for row in rows_of(ledger.shards.database(shard), query)}


def go_on(ledger: Ledger, played: Everything) -> None:
    """Use every account again, across partitions too."""
    client = played.client
    ledger.tick(1)
    ledger.send(
        client.deposit(played.here, 11),
        client.transfer(played.here, played.there, 7),
        client.transfer(played.there, played.near, 5),
        client.withdrawal(played.there, 3),
    )
    ledger.drain()


@pytest.mark.parametrize("path", [(2, 3, 1), (2, 1, 2)])
def test_a_moved_partition_has_all_it_had_and_goes_on(
    sharded: ShardedLedger, other_url: str, path: tuple[int, ...]
) -> None:
    played = Everything(sharded)
    before = {moved.table: sharded.count(moved.table) for moved in MOVED}

    for target in path:
        assert move(sharded, 0, target)
        assert 0 in partitions_on(sharded, target)
        assert all(
            0 not in partitions_on(sharded, one.number)
            for one in sharded.shards.each
            if one.number != target
        )

    assert {moved.table: sharded.count(moved.table) for moved in MOVED} == before
    go_on(sharded, played)
    assert difference_when_rebuilt(sharded, other_url) is None


def test_every_column_of_every_table_with_partitions_is_moved(
    sharded: ShardedLedger,
) -> None:
    """A new table is in one of the two lists, and a new column is moved by itself."""
    tables = {
        row["table_name"]
        for row in sharded.rows(
            "select distinct table_name from information_schema.columns join"
            " information_schema.tables using (table_schema, table_name)"
            " where table_schema = 'ledger' and table_type = 'BASE TABLE'"
            " and column_name in ('partition', 'partitions', 'account_id')"
        )
    } | {"moves"}

    assert tables == {moved.table for moved in (*MOVED, PROGRESS)} | STAYING


def test_a_row_arrives_with_every_column(sharded: ShardedLedger) -> None:
    Everything(sharded)
    _fill_rare_tables(sharded)
    before = {moved.table: contents(sharded, 1, moved) for moved in (*MOVED, PROGRESS)}
    assert all(before.values()), "the test must have rows of each table"

    move(sharded, 0, 2)

    assert {moved.table: contents(sharded, 2, moved) for moved in (*MOVED, PROGRESS)} == before


def contents(ledger: ShardedLedger, shard: int, moved: Moved) -> list[str]:
    """Return the rows of partition 0 in one of the tables, without what each database numbers."""
    numbered = {"outbox_id", "refused_id", "shard", "moving_to"}
    of = moved.of.format(modulus=PARTITIONS, residue=0, topic=f"'{COMMANDS}'", source=1)
    query = "select * from ledger." + moved.table + " as m where " + of
    return sorted(
        repr({name: value for name, value in row.items() if name not in numbered})
        for row in rows_of(ledger.shards.database(shard), query)
    )


def _fill_rare_tables(ledger: ShardedLedger) -> None:
    """Put rows into the tables that are mostly empty."""
    ledger.database.write(
        "insert into ledger.outbox (partition, messages, to_topic, to_partition)"
        " select 0, '[]', null, null from generate_series(1, 3)"
    )
    ledger.database.write(
        "insert into ledger.outbox_waits values (0, 'elsewhere', 1, 2, 3, now(), 'down')"
    )
    ledger.database.write(
        "insert into ledger.outbox_refused (partition, to_topic, to_partition, key, value, error)"
        " values (0, 'elsewhere', 1, 'k', 'v', 'too large')"
    )
    ledger.database.write(
        "insert into ledger.expiry_nudges (topic, partition, last_offset) values (%s, 0, 7)",
        [COMMANDS],
    )


def test_messages_stay_in_their_order(sharded: ShardedLedger) -> None:
    client = Client(sharded)
    client.open(0)
    for number in range(5):
        sharded.database.write(
            "insert into ledger.outbox (partition, messages) values (0, %s)", [f"[{number}]"]
        )
        sharded.shards.database(2).write(
            "insert into ledger.outbox (partition, messages) values (7, '[]')"
        )
    # The rows are not where their numbers say.
    sharded.database.write("update ledger.outbox set messages = messages where messages = '[0]'")

    move(sharded, 0, 2)

    rows = rows_of(
        sharded.shards.database(2),
        "select messages from ledger.outbox where partition = 0 order by outbox_id",
    )
    assert [row["messages"] for row in rows] == [f"[{number}]" for number in range(5)]
    assert not rows_of(sharded.database, "select 1 from ledger.outbox")


def test_a_key_used_at_home_stays_used_after_the_move(sharded: ShardedLedger) -> None:
    client = Client(sharded)
    here, there = client.open(0), client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "K")
    sharded.do(client.deposit(here, 7000, transaction_id=key, fingerprint="here"))
    # It was applied before there were shards.
    sharded.database.write("delete from ledger.claims")

    move(sharded, 0, 2)
    sharded.send(client.deposit(there, 5000, transaction_id=key, fingerprint="there"))
    sharded.drain()

    assert (sharded.balance(here), sharded.balance(there)) == (7000, 0)


def test_a_key_that_waits_unclaimed_in_a_parked_queue_is_not_used_twice(
    sharded: ShardedLedger,
) -> None:
    client = Client(sharded)
    here, there = client.open(0), client.open(1)
    key = ids.keyed_transaction_id(client.user_id, "K")
    sharded.put(here.encode(), b"garbage", 0)
    sharded.send(client.deposit(here, 7000, transaction_id=key, fingerprint="here"))
    sharded.drain()
    # They were parked before there were shards.
    sharded.database.write("delete from ledger.claims")
    sharded.do(client.deposit(there, 5000, transaction_id=key, fingerprint="there"))

    move(sharded, 0, 2)
    (head,) = sharded.rows("select parked_id from ledger.parked_commands where not is_behind")
    sharded.send(client.resolution(here, "prk_" + head["parked_id"].hex, "discard"))
    sharded.drain()

    assert (sharded.balance(here), sharded.balance(there)) == (0, 5000)
    assert sharded.count("conflicts") == 1


def test_random_ids_are_not_claimed_by_a_move(sharded: ShardedLedger) -> None:
    client = Client(sharded)
    here = client.open(0)
    sharded.publisher.now_ms = now_us() // 1000
    sharded.database.write("delete from ledger.claims")
    sharded.do(client.deposit(here, 7000))
    key = ids.keyed_transaction_id(client.user_id, "K")
    sharded.do(client.deposit(here, 1, transaction_id=key))
    sharded.database.write("delete from ledger.claims")

    move(sharded, 0, 2)

    claimed = {row["transaction_id"].hex for row in sharded.rows("select * from ledger.claims")}
    assert ids.digits(key) in claimed
    # The opening was requested when the log's clock stood elsewhere, so its id looks derived.
    assert len(claimed) == 2


def test_the_source_stands_still_and_the_log_does_not(sharded: ShardedLedger) -> None:
    client = Client(sharded)
    here = client.open(0)

    def look(line: str) -> None:
        if line.startswith(("fenced", "copied", "switched")):
            sharded.shards.forget()
            sharded.send(client.deposit(here, 1))
            with pytest.raises(NotHereError):
                sharded.apply(0)
            # The others are not concerned.
            sharded.apply(1)

    mover(sharded, look).move(0, 2)
    sharded.shards.forget()
    sharded.drain()

    assert sharded.balance(here) == 3


def test_a_reader_with_an_old_map_sees_what_one_with_a_new_map_sees(
    sharded: ShardedLedger,
) -> None:
    """Until the target applies something, both databases have the same rows."""
    Everything(sharded)
    query: LiteralString = "select * from ledger.accounts where partition = 0 order by account_id"
    seen: list[tuple[int, bool]] = []

    def look(line: str) -> None:
        if line.startswith(("switched", "in use")):
            here, there = (rows_of(sharded.shards.database(one), query) for one in (1, 2))
            seen.append((len(there), here == there))

    mover(sharded, look).move(0, 2)

    count = len(rows_of(sharded.shards.database(2), query))
    assert seen == [(count, True)] * 2


@pytest.mark.parametrize("state", ["fencing", "copying"])
def test_a_move_can_be_undone_until_the_switch(
    sharded: ShardedLedger, other_url: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = Everything(sharded)
    _stop_after(state, monkeypatch)
    with pytest.raises(Killed):
        mover(sharded).move(0, 2)

    undone = mover(sharded).undo()

    assert undone.state == "undone"
    assert not partitions_on(sharded, 2)
    go_on(sharded, played)
    assert difference_when_rebuilt(sharded, other_url) is None
    monkeypatch.undo()
    assert move(sharded, 0, 2)


@pytest.mark.parametrize("state", ["switching", "settling", "dropping"])
def test_it_can_only_be_completed_after_the_switch(
    sharded: ShardedLedger, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Client(sharded).open(0)
    _stop_after(state, monkeypatch)
    with pytest.raises(Killed):
        mover(sharded).move(0, 2)
    monkeypatch.undo()

    with pytest.raises(CannotMove, match="can't stay on shard 1 any more"):
        mover(sharded).undo()

    assert move(sharded, 0, 2)
    assert partitions_on(sharded, 2) == {0}


class Killed(BaseException):
    """The run was killed."""


def _stop_after(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill a move when a state's work is done, and not recorded."""
    name = {"fencing": "fence", "copying": "copy", "switching": "switch", "settling": "settle"}
    method = "_" + name.get(state, "drop")
    work = getattr(Mover, method)

    def work_and_die(self: Mover, move: Any) -> None:
        work(self, move)
        raise Killed

    monkeypatch.setattr(Mover, method, work_and_die)


def test_one_move_at_a_time(sharded: ShardedLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    Client(sharded).open(0)
    with mover(sharded)._moves.alone(), pytest.raises(CannotMove, match="another run"):
        mover(sharded).move(0, 2)
    _stop_after("fencing", monkeypatch)
    with suppress(Killed):
        mover(sharded).move(0, 2)
    monkeypatch.undo()

    with pytest.raises(CannotMove, match=r"partition 0 is being moved to shard 2.*P=0 TO=2"):
        mover(sharded).move(1, 2)
    with pytest.raises(CannotMove, match="partition 0 is being moved to shard 2"):
        mover(sharded).move(0, 3)


@pytest.mark.parametrize(
    ("partition", "target", "complaint"),
    [(PARTITIONS, 2, "no partition 3: it has 3"), (0, 4, "no shard 4: the ledger has 1, 2, 3")],
)
def test_it_moves_only_what_there_is(
    sharded: ShardedLedger, partition: int, target: int, complaint: str
) -> None:
    with pytest.raises(CannotMove, match=complaint):
        mover(sharded).move(partition, target)


def test_nothing_is_to_be_done_where_the_partition_is_already(sharded: ShardedLedger) -> None:
    assert not move(sharded, 0, 1)
    assert move(sharded, 0, 2)
    assert not move(sharded, 0, 2)


def test_a_copy_that_differs_is_not_used(
    sharded: ShardedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    Client(sharded).open(0, balance=100)
    real = rows._fingerprint
    with sharded.shards.database(2).connection() as target:
        there = target.info.dbname

    def spoilt(connection: Any, query: Any, *, is_ordered: bool) -> tuple[int, str]:
        """Lose a row on the way, as a broken disk might."""
        if connection.info.dbname == there:
            connection.execute("delete from ledger.accounts where kind = 'clearing'")
        return real(connection, query, is_ordered=is_ordered)

    monkeypatch.setattr(rows, "_fingerprint", spoilt)

    with pytest.raises(CannotMove, match="nothing has changed"):
        mover(sharded).move(0, 2)

    monkeypatch.undo()
    assert not partitions_on(sharded, 2)
    assert mover(sharded).undo().state == "undone"


def test_a_ledger_without_commands_is_spread_evenly(sharded: ShardedLedger) -> None:
    done = spread(sharded.shards, COMMANDS, PARTITIONS, 0)
    sharded.shards.forget()

    assert (done.placed, done.left) == ({1: 2, 2: 3}, {})
    client = Client(sharded)
    for partition in range(PARTITIONS):
        client.open(partition)
        assert partitions_on(sharded, partition + 1) == {partition}
    assert spread(sharded.shards, COMMANDS, PARTITIONS, 0).placed == {}


def test_a_ledger_with_commands_is_not_spread(sharded: ShardedLedger) -> None:
    client = Client(sharded)
    client.open(0)

    done = spread(sharded.shards, COMMANDS, PARTITIONS, 0)

    assert (done.placed, done.left) == ({}, {1: 2, 2: 3})
    assert partitions_on(sharded, 1) == {0}


def test_spreading_that_was_interrupted_goes_on(
    sharded: ShardedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*arguments: Any) -> None:
        raise Killed

    monkeypatch.setattr(spreading, "_put_into_use", die)
    with pytest.raises(Killed):
        spread(sharded.shards, COMMANDS, PARTITIONS, 0)
    monkeypatch.undo()
    client = Client(sharded)
    client.open(0)
    sharded.shards.forget()

    spread(sharded.shards, COMMANDS, PARTITIONS, 0)

    client.open(1)
    client.open(2)
    assert [partitions_on(sharded, one) for one in (1, 2, 3)] == [{0}, {1}, {2}]


def test_records_of_a_partition_without_accounts_stay_with_those_it_may_get(
    sharded: ShardedLedger,
) -> None:
    client = Client(sharded)
    client.open(0)
    move(sharded, 0, 2)
    sharded.log.partitions.append([])
    sharded.applied.append(0)
    sharded.put(b"", b"garbage", PARTITIONS)

    sharded.apply(PARTITIONS)

    assert partitions_on(sharded, 2) == {0, PARTITIONS}
    assert move(sharded, 0, 1)
    assert partitions_on(sharded, 1) == {0, PARTITIONS}
