"""A ledger whose partitions live in several databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, LiteralString, NamedTuple

from handlers.platform.kafka import Outbound, Position
from handlers.platform.postgres import Database
from handlers.sharding.shards import HOME, Shards
from tests.integration.ledger.harness import COMMANDS, PARTITIONS, Ledger


class ShardedLedger(Ledger):
    """A ledger over several databases; what it reads are all databases' rows together.

    Parameters
    ----------
    urls
        The home database, and further ones, all empty.
    homes
        The shard of each partition that is not at home; nothing for a ledger that exists already.
    """

    def __init__(
        self,
        urls: list[str],
        homes: Mapping[int, int],
        partitions: int = PARTITIONS,
        topic: str = COMMANDS,
    ) -> None:
        super().__init__(urls[0], partitions)
        self.urls = urls
        further = [Database(url, max_size=8) for url in urls[1:]]
        self.shards = Shards([self.database, *further], topic, partitions)
        self._topic = topic
        for one in self.shards.each[1:]:
            one.database.write(
                "insert into ledger.identity (shard) values (%s) on conflict do nothing",
                [one.number],
            )
        for partition, shard in homes.items():
            self._place(partition, shard)
        self.writer = self.new_writer()

    def _place(self, partition: int, shard: int) -> None:
        """Put a partition that nothing was applied to on a shard."""
        for number in (HOME, shard):
            self.shards.database(number).write(
                "insert into ledger.partition_progress"
                " (topic, partition, incarnation, next_offset, clock, partitions, shard)"
                " values (%s, %s, '', 0, 'epoch', %s, %s)",
                (
                    self._topic,
                    partition,
                    self.partitions,
                    shard if number == HOME else None,
                ),
            )

    def rows(self, query: LiteralString, *parameters: Any) -> list[dict[str, Any]]:
        return [
            row for shard in self.shards.each for row in rows_of(shard.database, query, *parameters)
        ]

    def execute(self, statement: LiteralString, *parameters: Any) -> None:
        for shard in self.shards.each:
            shard.database.write(statement, parameters)

    def count(self, table: LiteralString) -> int:
        return sum(row["count"] for row in self.rows("select count(*) from ledger." + table))

    def close(self) -> None:
        self.shards.close()


def rows_of(database: Database, query: LiteralString, *parameters: Any) -> list[dict[str, Any]]:
    """Return one database's rows, each by its columns' names."""
    with database.connection() as connection:
        cursor = connection.execute(query, parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Sent(NamedTuple):
    """A record that is in the log."""

    record: Outbound
    position: Position


class Producing:
    """Puts records into the test's log."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def send(self, records: Iterable[Outbound]) -> list[Sent]:
        sent = []
        for record in records:
            put = self._ledger.put(record.key, record.value, record.partition)
            sent.append(Sent(record, Position(put.partition, put.offset)))
        return sent

    def wait(self, pendings: list[Sent]) -> list[Position]:
        return [one.position for one in pendings]

    positions = wait

    def outcomes(self, pendings: list[Sent], timeout_s: float) -> list[None]:
        return [None] * len(pendings)

    def is_reachable(self) -> bool:
        return True
