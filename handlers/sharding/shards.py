"""Where partitions live: the databases, and the map from partitions to them.

The home database (shard 1) has people, sessions, webhooks and the map: in its row of a partition's
progress stands the shard that has it.  Processes read the map at most `STANDS_S` ago; whoever moves
a partition waits longer than that before anything changes on its new shard, so that no process
reads rows where they no longer change.

With one database there is no map, and nothing here costs anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from handlers.domain.partitions import partition_of
from handlers.platform.errors import Unavailable
from handlers.platform.fresh import Fresh
from handlers.platform.postgres import Database, sql

#: The number of the home database.
HOME: Final = 1


class ShardMap(NamedTuple):
    """Where partitions live.

    Attributes
    ----------
    partitions
        The partition count that accounts are placed by.
    shards
        The shards of the partitions that are not at home, by partition.
    """

    partitions: int
    shards: dict[int, int]

    def shard_of(self, partition: int) -> int:
        """Return the number of the shard that has a partition.

        Some partitions may have records although no account is placed by them yet: they are where
        the accounts come from that a growth will bring there.
        """
        return self.shards.get(partition % self.partitions, HOME)

    def shard_of_account(self, account_id: str) -> int:
        """Return the number of the shard that has an account."""
        return self.shard_of(partition_of(account_id, self.partitions))

    def absent_from(self, shard: int) -> list[int]:
        """Return the partitions that live elsewhere.

        While a partition moves, both databases have its rows, and only those of the one count.
        """
        return [one for one in range(self.partitions) if self.shard_of(one) != shard]


class Shard(NamedTuple):
    """One of the databases, with its number."""

    number: int
    database: Database


class Shards:
    """The databases that have the ledger's partitions.

    Parameters
    ----------
    databases
        The home database, then the further ones in the order of their numbers.
    topic
        The commands topic.
    partitions
        Its partition count until the ledger records one.
    """

    def __init__(self, databases: Sequence[Database], topic: str, partitions: int) -> None:
        self.each: Final = [Shard(number, one) for number, one in enumerate(databases, HOME)]
        self._topic = topic
        self._configured = partitions
        self._only_map: Final = ShardMap(partitions, {})
        self._map = Fresh(self._read, "can't read which database has which partitions")
        if not self.is_one:
            for shard in self.each:
                shard.database.fail_fast()

    @classmethod
    def only(cls, database: Database) -> Shards:
        """Return the one database that has everything."""
        return cls([database], "", 1)

    @property
    def home(self) -> Database:
        """The database of everything that belongs to no partition."""
        return self.each[0].database

    @property
    def is_one(self) -> bool:
        """Whether there is just one database."""
        return len(self.each) == 1

    def map(self) -> ShardMap:
        """Return where the partitions are, as it was a moment ago.

        Raises
        ------
        Unavailable
            If there are several databases, and the map can't be read.
        """
        return self._only_map if self.is_one else self._map.now()

    def map_now(self) -> ShardMap:
        """Return where the partitions are at this moment."""
        return self._only_map if self.is_one else self._read()

    def forget(self) -> None:
        """Read the map again when it is needed next, because a database refused a partition."""
        self._map.forget()

    def database(self, shard: int) -> Database:
        """Return a shard's database.

        Raises
        ------
        Unavailable
            If this process was not told about that shard.
        """
        if not HOME <= shard <= len(self.each):
            raise Unavailable(f"shard {shard} is not among this function's databases")
        return self.each[shard - HOME].database

    def of_partition(self, partition: int) -> Database:
        """Return the database that has a partition."""
        return self.database(self.number_of_partition(partition))

    def of_account(self, account_id: str) -> Database:
        """Return the database that has an account."""
        return self.database(self.number_of_account(account_id))

    def number_of_partition(self, partition: int) -> int:
        """Return the number of the shard that has a partition."""
        return HOME if self.is_one else self.map().shard_of(partition)

    def number_of_account(self, account_id: str) -> int:
        """Return the number of the shard that has an account."""
        return HOME if self.is_one else self.map().shard_of_account(account_id)

    def by_account(self, account_ids: Iterable[str]) -> dict[int, list[str]]:
        """Group accounts by the number of the shard that has them."""
        if self.is_one:
            return {HOME: list(account_ids)}
        places = self.map()
        grouped: dict[int, list[str]] = {}
        for account_id in account_ids:
            grouped.setdefault(places.shard_of_account(account_id), []).append(account_id)
        return grouped

    def _read(self) -> ShardMap:
        ((partitions, shards),) = self.home.read(sql("sharding/map"), {"topic": self._topic})
        return ShardMap(
            partitions or self._configured,
            {int(partition): shard for partition, shard in shards.items()},
        )

    def close(self) -> None:
        """Close every connection."""
        for shard in self.each:
            shard.database.close()
