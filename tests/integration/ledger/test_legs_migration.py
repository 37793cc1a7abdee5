"""What the version before wrote as transactions and postings reads the same as legs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from handlers.auditing.auditor import audit
from handlers.platform.migrator import migrate, migrations
from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards
from tests.integration.ledger.harness import Client, Ledger
from tests.integration.ledger.pooling import scratch_database, url_of
from tests.integration.ledger.scenario import play
from tests.integration.ledger.test_commands import check

pytestmark = pytest.mark.integration

#: The last migration that has transactions and postings as tables.
LAST_BEFORE = 10
SPLIT = ("transactions", "postings")

Connection = psycopg.Connection[tuple[Any, ...]]


def connect(url: str) -> Connection:
    return psycopg.connect(url, autocommit=True, prepare_threshold=None)


def url_to(connection: Connection) -> str:
    return make_conninfo(connection.info.dsn, password=connection.info.password)


@pytest.fixture
def before(admin_url: str) -> Iterator[Connection]:
    """Return an empty database as the version before has it."""
    with scratch_database(admin_url) as name, connect(url_of(admin_url, name)) as connection:
        migrate(connection, [one for one in migrations() if one.number <= LAST_BEFORE])
        yield connection


# -- a ledger's rows --------------------------------------------------------------------------


def live(ledger: Ledger) -> Client:
    """Do a bit of everything, to its end, and something with a description."""
    client = play(ledger).client
    account_id = client.open(2)
    metadata = msgspec.Raw(b'{"note": ["\xc3\xa9", 1.50, null]}')
    ledger.do(client.deposit(account_id, 5, description="tab\tand \\", metadata=metadata))
    ledger.drain()
    return client


def copy_rows(source: Connection, target: Connection, without: Sequence[str] = ()) -> None:
    """Fill the target's tables with what the source's tables or views of these names have."""
    columns = target.execute(
        "select table_name, array_agg(column_name::text) from information_schema.columns"
        " join information_schema.tables using (table_schema, table_name)"
        " where table_schema = 'ledger' and table_type = 'BASE TABLE'"
        " and table_name <> all(%s) group by table_name",
        (["schema_migrations", *without],),
    ).fetchall()
    for table, names in columns:
        place = sql.Identifier("ledger", table)
        listed = sql.SQL(", ").join(map(sql.Identifier, names))
        given = sql.SQL("copy (select {} from {}) to stdout").format(listed, place)
        taken = sql.SQL("copy {} ({}) from stdin").format(place, listed)
        with source.cursor().copy(given) as rows, target.cursor().copy(taken) as written:
            for data in rows:
                written.write(data)


def rows_of(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    query = sql.SQL("select r::text from {} r order by 1").format(sql.Identifier("ledger", table))
    return connection.execute(query).fetchall()


def shown(connection: Connection) -> dict[str, Any]:
    """Return the columns and every row of what reports and tools know."""
    columns = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_schema = 'ledger' and table_name = any(%s)"
        " order by table_name, ordinal_position",
        (list(SPLIT),),
    ).fetchall()
    return {"columns": columns} | {table: rows_of(connection, table) for table in SPLIT}


def move_into(ledger: Ledger, connection: Connection) -> None:
    """Have the ledger's next writer go on in another database."""
    ledger.database.close()
    ledger.url = url_to(connection)
    ledger.database = Database(ledger.url, max_size=8)
    ledger.shards = Shards.only(ledger.database)
    ledger.writer = ledger.new_writer()


# -- the migration ----------------------------------------------------------------------------


def test_transactions_and_postings_are_the_same_after_the_migration(
    ledger: Ledger, before: Connection
) -> None:
    live(ledger)
    with connect(ledger.url) as source:
        copy_rows(source, before)
        as_written_now = rows_of(source, "legs")
    known = shown(before)
    assert len(known["transactions"]) > len(known["postings"]) >= 20
    legs = before.execute("select distinct leg from ledger.postings order by 1").fetchall()
    assert legs == [(1,), (2,), (3,)]

    migrate(before, migrations())

    assert shown(before) == known
    assert rows_of(before, "legs") == as_written_now
    move_into(ledger, before)
    assert audit(ledger.shards, slice_size=7).findings == ()


def test_what_is_under_way_when_it_is_migrated_arrives_or_comes_back(
    ledger: Ledger, before: Connection
) -> None:
    scenario = play(ledger)
    client = scenario.client
    closed = client.open(2)
    ledger.do(client.close(closed))
    refused = client.transfer(scenario.here, closed, 33)
    arriving = client.transfer(scenario.here, scenario.there, 44)
    ledger.send(refused, arriving)
    # The refusal is decided at its destination and waits in the log for its source.
    ledger.apply(0)
    ledger.apply(2)
    with connect(ledger.url) as source:
        copy_rows(source, before)

    migrate(before, migrations())
    move_into(ledger, before)
    ledger.drain()

    assert ledger.transaction(refused.transaction_id)["reason"] == "account_closed"
    assert ledger.transaction(arriving.transaction_id)["status"] == "completed"
    returned = ledger.rows("select amount from ledger.postings where leg = 3 order by amount")
    assert [row["amount"] for row in returned] == [33, 400]
    check(ledger)


def test_an_empty_ledger_can_be_migrated(before: Connection) -> None:
    known = shown(before)

    migrate(before, migrations())

    assert shown(before) == known


# -- writers of the version before, which go on while the new version is rolled out ---------------


class Parameter(NamedTuple):
    """A parameter of ``write_records``: ``t_amount`` is an array of transactions' amounts."""

    name: str
    type: str


class OldWriter:
    """Writes a played ledger's rows into another database, as the version before does."""

    def __init__(self, source: Connection, target: Connection) -> None:
        self.source, self.target = source, target
        # By their order, not by their names, is how that version gives them.
        found = target.execute(
            "select unnest(proargnames), format_type(unnest(proargtypes::oid[]), null)"
            " from pg_proc where proname = 'write_records'"
            " and pronamespace = 'ledger'::regnamespace"
        )
        self.parameters = [Parameter(*row) for row in found]

    def write(self, transactions: str, postings: str) -> None:
        """Write what the two conditions choose, in one call."""
        arrays = [*self._arrays("t_", "transactions", transactions)]
        arrays += self._arrays("p_", "postings", postings)
        values = ", ".join(f"%s::{parameter.type}" for parameter in self.parameters)
        self.target.execute(f"select ledger.write_records({values})", arrays)

    def _arrays(self, prefix: str, view: str, condition: str) -> list[list[Any]]:
        chosen = ", ".join(
            f'coalesce(array_agg("{name.removeprefix(prefix)}"::{array[:-2]}'
            " order by transaction_id, leg), '{}')"
            for name, array in self.parameters
            if name.startswith(prefix)
        )
        query = f"select {chosen} from ledger.{view} where {condition}"
        (row,) = self.source.execute(query).fetchall()
        return list(row)


@pytest.fixture
def source(ledger: Ledger) -> Iterator[Connection]:
    """Return a ledger in which much happened."""
    live(ledger)
    with connect(ledger.url) as connection:
        yield connection


@pytest.fixture
def old_writer(source: Connection, before: Connection) -> OldWriter:
    """Return a writer that started before the migration, in a database migrated meanwhile."""
    writer = OldWriter(source, before)
    assert len(writer.parameters) == 36
    migrate(before, migrations())
    copy_rows(source, before, without=["legs"])
    return writer


def test_a_writer_of_before_writes_the_same_after_the_migration(old_writer: OldWriter) -> None:
    old_writer.write("leg = 1", "leg = 1")
    old_writer.write("leg = 2", "leg = 2")
    # The money that came back is a posting whose transaction an earlier batch wrote.
    old_writer.write("false", "leg = 3")

    assert shown(old_writer.target) == shown(old_writer.source)
    assert rows_of(old_writer.target, "legs") == rows_of(old_writer.source, "legs")
    database = Database(url_to(old_writer.target))
    assert audit(Shards.only(database), slice_size=7).findings == ()
    database.close()


@pytest.mark.parametrize("leg", [1, 2, 3])
def test_a_writer_of_before_is_told_by_name_that_an_id_is_taken(
    old_writer: OldWriter, leg: int
) -> None:
    for written in (1, 2):
        old_writer.write(f"leg = {written}", f"leg = {written}")
    old_writer.write("false", "leg = 3")
    known = rows_of(old_writer.target, "legs")

    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        old_writer.write(f"leg = {leg}", f"leg = {leg}")

    assert refused.value.diag.constraint_name == "transactions_pkey"
    assert rows_of(old_writer.target, "legs") == known


def test_a_writer_of_before_brings_money_back_in_the_batch_that_sent_it(
    old_writer: OldWriter,
) -> None:
    """As when the log is applied anew: a refusal may be in the batch of its request."""
    old_writer.write("true", "true")

    assert shown(old_writer.target) == shown(old_writer.source)
