"""The databases of a ledger by their addresses, for commands that are given the home database's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg.conninfo import make_conninfo

from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards

#: A command looks at a snapshot, and at what came later.
MAX_CONNECTIONS: Final = 3


def urls_of(home: str, further: Sequence[str]) -> list[str]:
    """Return how to connect to each shard.

    Parameters
    ----------
    home
        The home database, as a URL or a connection string.
    further
        The other shards' hosts and ports, as in the setting ``DATABASE_SHARDS``.
    """
    places = [address.rpartition(":") for address in further]
    return [home, *(make_conninfo(home, host=host, port=int(port)) for host, _, port in places)]


def shards_at(home: str, further: Sequence[str], topic: str, partitions: int) -> Shards:
    """Return a ledger's databases; the arguments are those of `urls_of` and `Shards`."""
    databases = [Database(url, max_size=MAX_CONNECTIONS) for url in urls_of(home, further)]
    return Shards(databases, topic, partitions)
