"""Compares two ledgers row by row, byte for byte. The live one may be in several databases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from heapq import merge
from operator import itemgetter
from typing import Any, Final, NamedTuple

from psycopg import Connection

from handlers.platform.postgres import sql

#: The tables to compare. Each has a query in ``handlers/platform/sql/rebuild``, ordered by its key.
TABLES: Final = (
    "accounts",
    "legs",
    "holds",
    "conflicts",
    "parked_commands",
    "partition_progress",
)
FETCH_SIZE: Final = 2000


class Difference(NamedTuple):
    """The first row that differs.

    Attributes
    ----------
    row
        The row's table and key.
    detail
        The difference, in words.
    """

    row: str
    detail: str

    def __str__(self) -> str:
        """Format the difference for people."""
        return f"{self.row}: {self.detail}"


Row = tuple[str, str]


def first_difference(
    live: Sequence[Connection[Any]], rebuilt: Connection[Any]
) -> Difference | None:
    """Compare two ledgers, each database in a transaction; return their first difference.

    Parameters
    ----------
    live
        All databases of the live ledger. No partition may be in two of them.
    """
    for connection in (*live, rebuilt):
        connection.execute("set local timezone = 'UTC'")
    for table in TABLES:
        # Each database's rows come in the order of their keys.
        together = merge(*(_rows(shard, table) for shard in live), key=itemgetter(0))
        difference = _compare(table, together, _rows(rebuilt, table))
        if difference is not None:
            return difference
    return None


def _rows(connection: Connection[Any], table: str) -> Iterator[Row]:
    """Stream a table with a server-side cursor, so that memory stays bounded."""
    with connection.cursor(f"compare_{table}") as cursor:
        cursor.itersize = FETCH_SIZE
        cursor.execute(sql(f"rebuild/{table}"))
        yield from cursor


def _compare(table: str, live: Iterator[Row], rebuilt: Iterator[Row]) -> Difference | None:
    while True:
        one, other = next(live, None), next(rebuilt, None)
        if one == other:
            if one is None:
                return None
            continue
        if one is None or (other is not None and other[0] < one[0]):
            return Difference(
                f"{table} {other[0] if other else ''}", "is only in the rebuilt ledger"
            )
        if other is None or one[0] < other[0]:
            return Difference(f"{table} {one[0]}", "is only in the live ledger")
        return Difference(f"{table} {one[0]}", _columns(json.loads(one[1]), json.loads(other[1])))


def _columns(live: dict[str, Any], rebuilt: dict[str, Any]) -> str:
    names = [name for name in live if live[name] != rebuilt.get(name)]
    return "; ".join(f"{name} is {live[name]!r}, rebuilt {rebuilt.get(name)!r}" for name in names)
