"""The rows of partitions: copied to another shard, compared there, and deleted.

The columns come from the schema, so that a new one is moved too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, LiteralString, NamedTuple

import psycopg
from psycopg import sql as sql_text

from handlers.moving.moves import CannotMove
from handlers.platform.postgres import Database, sql
from handlers.sharding.together import Together

Connection = psycopg.Connection[Any]

#: How many pages of a table are looked through in one statement that deletes: 16 MB.
SLICE_BLOCKS: Final = 2_000

_BY_PARTITION: Final = "mod(m.partition, {modulus}) = {residue}"
_BY_TOPIC: Final = _BY_PARTITION + " and m.topic = {topic}"


class Moved(NamedTuple):
    """A table whose rows move.

    Attributes
    ----------
    of
        The condition of the rows of some partitions, called ``m``.
    order
        The column that says which row comes first, where readers ask; each database numbers it by
        itself, in the order in which the rows come.
    is_small
        Whether the source's rows go at the switch, because somebody works on whatever is there.
    overrides
        Columns that have another value at the target.
    """

    table: LiteralString
    of: LiteralString = _BY_PARTITION
    order: LiteralString = ""
    is_small: bool = False
    overrides: tuple[tuple[str, LiteralString], ...] = ()


#: In the order in which they can be deleted: a hold's partition is its account's.
MOVED: Final = (
    Moved(
        "holds",
        "exists (select from ledger.accounts as a where a.account_id = m.account_id"
        " and mod(a.partition, {modulus}) = {residue})",
    ),
    Moved("accounts"),
    Moved("legs"),
    Moved("conflicts"),
    Moved("parked_commands"),
    Moved("outbox", order="outbox_id", is_small=True),
    Moved("outbox_waits", is_small=True),
    Moved("outbox_refused", order="refused_id", is_small=True),
    Moved("expiry_nudges", _BY_TOPIC, is_small=True),
)
#: Says where the partitions are, and so stays at a source. At a target it says that they are not
#: there yet.
PROGRESS: Final = Moved(
    "partition_progress",
    _BY_TOPIC,
    overrides=(("shard", "{source}::smallint"), ("moving_to", "null::smallint")),
)


class Partitions(NamedTuple):
    """Some partitions of a topic, and the shard that has them."""

    topic: str
    together: Together
    source: int

    @property
    def literals(self) -> dict[str, sql_text.Literal]:
        """What stands for the names in conditions: COPY takes no parameters."""
        values = {"topic": self.topic, "source": self.source, **self.together._asdict()}
        return {name: sql_text.Literal(value) for name, value in values.items()}


def copy(source: Connection, target: Connection, partitions: Partitions) -> int:
    """Copy all rows of some partitions, in place of what an earlier attempt left.

    Parameters
    ----------
    source
        In a snapshot (``moving/snapshot.sql``), behind the fence.
    target
        In a transaction (``moving/receive.sql``). Whoever commits it knows that it has what the
        source has: each table's rows are counted and hashed in both databases.

    Returns
    -------
    int
        The number of rows.

    Raises
    ------
    CannotMove
        If the schemas differ, or what arrived is not what was sent.
    """
    schemas = [one.execute(sql("moving/schema")).fetchall() for one in (source, target)]
    if schemas[0] != schemas[1]:
        raise CannotMove("the shards' schemas differ: migrate them first")
    for moved in (*MOVED, PROGRESS):
        _delete_all(target, moved, partitions)
    # Accounts before their holds, so that these can be counted.
    return sum(_copy(source, target, moved, partitions) for moved in (PROGRESS, *reversed(MOVED)))


def _copy(source: Connection, target: Connection, moved: Moved, partitions: Partitions) -> int:
    columns = columns_of(source, moved.table)
    rows = _rows(columns, moved, partitions)
    names = sql_text.SQL(", ").join(map(sql_text.Identifier, columns))
    into = sql_text.SQL("copy ledger.{} ({}) from stdin (format binary)").format(
        sql_text.Identifier(moved.table), names
    )
    with (
        source.cursor().copy(
            sql_text.SQL("copy ({}) to stdout (format binary)").format(rows)
        ) as sent,
        target.cursor().copy(into) as received,
    ):
        for block in sent:
            received.write(block)
    # What arrived has the target's values already.
    arrived = _rows(columns, moved._replace(overrides=()), partitions)
    is_ordered = bool(moved.order)
    there = _fingerprint(source, rows, is_ordered=is_ordered)
    here = _fingerprint(target, arrived, is_ordered=is_ordered)
    if there != here:
        raise CannotMove(
            f"{moved.table}: {there[0]} rows left with hash {there[1]}, but {here[0]} arrived with"
            f" hash {here[1]}; nothing has changed"
        )
    return int(there[0])


def _rows(columns: Sequence[str], moved: Moved, partitions: Partitions) -> sql_text.Composed:
    overrides = dict(moved.overrides)
    values = [
        sql_text.SQL("{} as {}").format(
            sql_text.SQL(overrides[name]).format(**partitions.literals), sql_text.Identifier(name)
        )
        if name in overrides
        else sql_text.SQL("m.{}").format(sql_text.Identifier(name))
        for name in columns
    ]
    order: LiteralString = f" order by m.{moved.order}" if moved.order else ""
    query = sql_text.SQL("select {values} from ledger.{table} as m where " + moved.of + order)
    return query.format(
        values=sql_text.SQL(", ").join(values),
        table=sql_text.Identifier(moved.table),
        **partitions.literals,
    )


def _fingerprint(
    connection: Connection, rows: sql_text.Composed, *, is_ordered: bool
) -> tuple[int, str]:
    """Return how many rows there are, and a hash of all of them."""
    # Where the order counts, each row's number is hashed with it.
    number = sql_text.SQL("row_number() over ()" if is_ordered else "0")
    query = sql_text.SQL(
        "select count(*), coalesce(sum(('x' || encode(substring(sha256(convert_to(numbered::text,"
        " 'UTF8')) from 1 for 7), 'hex'))::bit(56)::bigint), 0)::text"
        " from (select {number}, r.* from ({rows}) as r) as numbered"
    )
    ((count, digest),) = connection.execute(query.format(number=number, rows=rows)).fetchall()
    return count, digest


def columns_of(connection: Connection, table: str) -> list[str]:
    """Return the columns of a table that are moved: all but those a database numbers itself."""
    rows = connection.execute(sql("moving/columns"), {"table": table}).fetchall()
    return [name for (name,) in rows]


def delete_small(connection: Connection, partitions: Partitions) -> None:
    """Delete what somebody would go on working on, in the connection's transaction."""
    for moved in MOVED:
        if moved.is_small:
            _delete_all(connection, moved, partitions)


def delete(database: Database, partitions: Partitions) -> None:
    """Delete the rows of partitions that are not here, slice by slice.

    Raises
    ------
    CannotMove
        If the database would apply batches of them.
    """
    with database.connection() as connection:
        for moved in MOVED:
            ((blocks,),) = connection.execute(
                sql("moving/blocks"), {"table": moved.table}
            ).fetchall()
            for first in range(0, blocks + 1, SLICE_BLOCKS):
                with connection.transaction():
                    connection.execute(sql("moving/one_writer"))
                    refuse_live(connection, partitions)
                    _delete_slice(connection, moved, partitions, first)


def _delete_all(connection: Connection, moved: Moved, partitions: Partitions) -> None:
    _execute(connection, "delete from ledger.{table} as m where " + moved.of, moved, partitions)


def _delete_slice(connection: Connection, moved: Moved, partitions: Partitions, first: int) -> None:
    place = sql_text.SQL("{}::tid")
    _execute(
        connection,
        "delete from ledger.{table} as m where m.ctid >= {low} and m.ctid < {high} and " + moved.of,
        moved,
        partitions,
        low=place.format(f"({first},0)"),
        high=place.format(f"({first + SLICE_BLOCKS},0)"),
    )


def refuse_live(connection: Connection, partitions: Partitions) -> None:
    """See that a database applies no batches of some partitions.

    Raises
    ------
    CannotMove
        If it would: its rows are the ledger's.
    """
    parameters = {"topic": partitions.topic, **partitions.together._asdict()}
    live = connection.execute(sql("moving/live"), parameters).fetchall()
    if live:
        raise CannotMove(f"partition {live[0][0]} is in use where only a copy of it should be")


def _execute(
    connection: Connection,
    statement: LiteralString,
    moved: Moved,
    partitions: Partitions,
    **further: sql_text.Composable,
) -> None:
    connection.execute(
        sql_text.SQL(statement).format(
            table=sql_text.Identifier(moved.table), **partitions.literals, **further
        )
    )
