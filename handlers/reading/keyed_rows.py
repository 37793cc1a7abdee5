"""Reads rows by key, with one query for all concurrent requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

from handlers.platform.errors import Unavailable
from handlers.platform.postgres import Database
from handlers.platform.shared_reads import Gathering
from handlers.sharding.shards import Shards

Row = tuple[Any, ...]


class RowsByKey:
    """Reads the rows of a query for a key.

    For a single row, most of the cost is the round trip through the pooler and parsing and planning
    the query.

    Parameters
    ----------
    query
        Takes an array of keys. The first column of each row is its key.
    """

    def __init__(self, database: Database, query: LiteralString) -> None:
        self._database = database
        self._query = query
        self._gathering: Gathering[list[Row] | None] = Gathering(self._read, None)

    def of(self, key: str) -> list[Row]:
        """Return the rows of a key, in the query's order, as of this call or later.

        Raises
        ------
        Unavailable
            If the database can't be reached.
        """
        rows = self._gathering.get(key)
        if rows is None:
            raise Unavailable("the database can't be reached")
        return rows

    def of_each(self, keys: Sequence[str]) -> list[list[Row]]:
        """Return the rows of each of several keys, with one separate query.

        Raises
        ------
        Unavailable
            If the database can't be reached.
        """
        return self._read(keys) if keys else []

    def _read(self, keys: Sequence[str]) -> list[list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self._database.read(self._query, (list(keys),)):
            found.setdefault(row[0], []).append(row)
        return [found.get(key, []) for key in keys]


class RowsOfShards:
    """Reads a query's rows from several databases. Each shares its reads by itself.

    So requests about one database never wait for a read of another, which may be away.
    """

    def __init__(self, shards: Shards, query: LiteralString) -> None:
        self._shards = shards
        self._rows = {shard.number: RowsByKey(shard.database, query) for shard in shards.each}

    def on(self, shard: int) -> RowsByKey:
        """Return the rows of a shard.

        Raises
        ------
        Unavailable
            If this process was not told about that shard.
        """
        self._shards.database(shard)
        return self._rows[shard]
