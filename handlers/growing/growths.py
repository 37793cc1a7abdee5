"""Growths in the database: the fence, the partition counts, and the accounts' partitions.

Every step can be repeated, even by two runs at once. Only `complete` changes what a partition's
writer sees, and it changes all partitions of a database in one transaction.

The fence is in the home database, and so is the growth until it is marked; then every further shard
gets a row of it too, and completes it for its own partitions before the home database does.  New
partitions are in the database of the old ones that their accounts come from.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final, LiteralString, NamedTuple

import psycopg

from handlers.applying.arrays import id_array, int_array
from handlers.domain.growth import Growth, moved
from handlers.domain.partitions import partition_of
from handlers.platform.errors import LedgerlaneError
from handlers.platform.postgres import sql
from handlers.sharding.shards import Shards
from handlers.sharding.together import counts_of

#: How long a fence stands without renewal. It outlasts a failover of the database.
LEASE_S: Final = 60.0
#: How many accounts are moved in one transaction, which takes a fraction of a second.
SLICE_SIZE: Final = 5_000
MAX_SLICES: Final = 1_000_000
_FIRST_ID: Final = "00000000000000000000000000000000"


class CannotGrow(LedgerlaneError):
    """The log can't be grown this way."""


class FenceLostError(CannotGrow):
    """This run's fence was lifted or taken over by another run. This run has changed nothing."""


class PartitionProgress(NamedTuple):
    """A partition's progress, and the count that its accounts are placed by."""

    partition: int
    incarnation: str
    next_offset: int
    partitions: int | None
    growing_to: int | None

    def has_marker(self, partitions: int) -> bool:
        """Tell whether the partition has reached the marker of a growth, or is beyond it."""
        return partitions in (self.growing_to, self.partitions)


class Growing:
    """One topic's growths in the database, for one run of the tool.

    The fence is a row that belongs to the run that inserted it.  Whoever finds that it was not
    renewed in time deletes it, and a run marks the log only if its own row still exists.  So a
    clock decides only when a fence may be deleted, never whether one stood without interruption.

    Parameters
    ----------
    shards
        The databases that have the topic's partitions.
    lease_s
        How long the fence stands without renewal, in seconds.
    """

    def __init__(self, shards: Shards, topic: str, *, lease_s: float = LEASE_S) -> None:
        self._shards = shards
        self._database = shards.home
        self._topic = topic
        self._run: Final = {"run": uuid.uuid4(), "lease_s": lease_s}

    def current(self) -> Growth | None:
        """Return the growth that is in progress, or else the last one."""
        rows = self._database.read(sql("growing/current"), {"topic": self._topic})
        return Growth(*rows[0]) if rows else None

    def partitions(self) -> int | None:
        """Return the partition count of the accounts, or None if nothing was ever applied."""
        (row,) = self._database.read(sql("growing/layout"), {"topic": self._topic})
        count: int | None = row[0]
        return count

    def check_count(self, partitions_before: int, partitions: int) -> None:
        """See that the accounts of a new count can stay in their databases.

        Raises
        ------
        CannotGrow
            If there are several shards, and accounts of two of them would get one partition.
        """
        if self._shards.is_one:
            return
        modulus = counts_of(self._database, self._topic, partitions_before).modulus
        if partitions % modulus:
            following = modulus * (partitions // modulus + 1)
            raise CannotGrow(
                f"a log with several shards grows only to multiples of {modulus} partitions, for"
                f" example {following}: its accounts stay in their databases"
            )

    def fence(self, partitions_before: int, partitions: int) -> Growth:
        """Stop commands from being accepted, and record the old count for every partition.

        The fence of another run to the same count is taken over.

        Raises
        ------
        CannotGrow
            If another growth is in progress, or partitions are being moved to another shard.
        """
        parameters = {
            "topic": self._topic,
            "partitions_before": partitions_before,
            "partitions": partitions,
            **self._run,
        }
        try:
            with self._database.connection() as connection, connection.transaction():
                connection.execute(sql("moving/exclude"))
                if connection.execute(sql("moving/under_way"), parameters).fetchone() == (True,):
                    raise CannotGrow(
                        "partitions are being moved: finish that first (make move-partition)"
                    )
                if connection.execute(sql("growing/fence"), parameters).rowcount:
                    connection.execute(sql("growing/start_partitions"), parameters)
        except psycopg.errors.UniqueViolation as error:
            raise CannotGrow("another growth is in progress; finish it first") from error
        growth = self.current()
        if growth is None or growth.partitions != partitions:
            raise FenceLostError
        return growth

    def renew(self, partitions: int) -> None:
        """Renew the fence.

        Raises
        ------
        FenceLostError
            If it is no longer this run's.
        """
        if not self._change(sql("growing/renew"), partitions):
            raise FenceLostError

    def lift(self, partitions: int) -> None:
        """Lift the fence if it is this run's and the log is not marked yet."""
        self._change(sql("growing/lift"), partitions)

    def give_up(self, partitions: int) -> bool:
        """Lift the fence, whoever put it up; return False if it is too late."""
        return self._change(sql("growing/give_up"), partitions)

    def lapse(self) -> None:
        """Lift a fence that was not renewed in time."""
        self._database.write(sql("growing/lapse"), {"topic": self._topic})

    def _change(self, statement: LiteralString, partitions: int) -> bool:
        parameters = {"topic": self._topic, "partitions": partitions, **self._run}
        with self._database.connection() as connection:
            return connection.execute(statement, parameters).rowcount == 1

    def progress(self) -> list[PartitionProgress]:
        """Return the progress of all partitions, each database's at one moment."""
        return sorted(
            PartitionProgress(*row)
            for shard in self._shards.each
            for row in shard.database.read(sql("growing/progress"), {"topic": self._topic})
        )

    def unpublished(self) -> int:
        """Return the number of batches whose messages are not published."""
        counts = [one.database.read(sql("growing/unpublished")) for one in self._shards.each]
        return sum(count for ((count,),) in counts)

    def mark(self, partitions: int) -> Growth:
        """Decide the markers' contents. After this, the growth can't be cancelled.

        Raises
        ------
        FenceLostError
            If the fence was interrupted: commands may have been sent in the meantime.
        """
        parameters = {"topic": self._topic, "partitions": partitions, **self._run}
        parameters |= self._latest()
        with self._database.connection() as connection, connection.transaction():
            if connection.execute(sql("growing/mark"), parameters).rowcount:
                connection.execute(sql("growing/start_partitions"), parameters)
        growth = self.current()
        # It does not matter which run marked it: it is the same growth.
        if growth is None or growth.partitions != partitions or growth.state == "fenced":
            raise FenceLostError
        return growth

    def _latest(self) -> dict[str, Any]:
        """Return the further shards' latest time, and whether any of them ever parked a command."""
        found = [
            shard.database.read(sql("growing/latest"), {"topic": self._topic})[0]
            for shard in self._shards.each[1:]
        ]
        return {
            "clock_us": max((clock_us for clock_us, _ in found), default=0),
            "has_parked": any(has_parked for _, has_parked in found),
        }

    def announce(self, growth: Growth) -> None:
        """Tell the further shards about a growth that is marked, and start their new partitions."""
        for shard in self._shards.each[1:]:
            with shard.database.connection() as connection, connection.transaction():
                note_from_log(connection, self._topic, growth)
                connection.execute(
                    sql("growing/start_here"),
                    {"topic": self._topic, "partitions": growth.partitions},
                )

    def complete(self, growth: Growth, on_progress: Callable[[int], None]) -> int:
        """Move the accounts and switch every partition to the new count; return how many moved.

        The home database is the last one: commands are accepted again when it is done.
        """
        moves = 0
        for shard in reversed(self._shards.each):
            with shard.database.connection() as connection:
                moves += complete(connection, self._topic, growth, on_progress)
        return moves


def complete(
    connection: psycopg.Connection[Any],
    topic: str,
    growth: Growth,
    on_progress: Callable[[int], None],
) -> int:
    """Complete a growth after every partition has reached its marker.

    Parameters
    ----------
    connection
        In autocommit mode.
    on_progress
        Called after each slice with the number of accounts checked so far.

    Returns
    -------
    int
        The number of accounts that moved to another partition.
    """
    parameters = {
        "topic": topic,
        "partitions": growth.partitions,
        "partitions_before": growth.partitions_before,
    }
    after, seen, moves = _FIRST_ID, 0, 0
    for _ in range(MAX_SLICES):
        with connection.transaction():
            if connection.execute(sql("growing/hold"), parameters).fetchone() is None:
                return moves  # another run completed it
            account_ids = _slice(connection, after)
            if not account_ids:
                _move_parked(connection, growth)
                connection.execute(sql("growing/complete_partitions"), parameters)
                connection.execute(sql("growing/complete"), parameters)
                return moves
            moves += _move(connection, growth, account_ids)
        after, seen = account_ids[-1][4:], seen + len(account_ids)
        on_progress(seen)
    raise AssertionError("more accounts than possible")


def note_from_log(connection: psycopg.Connection[Any], topic: str, growth: Growth) -> None:
    """Record a growth that the log's markers announce, in a ledger that is being rebuilt."""
    connection.execute(sql("growing/marked"), {"topic": topic, **growth._asdict()})


def _slice(connection: psycopg.Connection[Any], after: str) -> list[str]:
    rows = connection.execute(sql("growing/accounts"), {"after": after, "limit": SLICE_SIZE})
    return [row[0] for row in rows.fetchall()]


def _move(connection: psycopg.Connection[Any], growth: Growth, account_ids: list[str]) -> int:
    there = moved(account_ids, growth.partitions_before, growth.partitions)
    if not there:
        return 0
    columns = {
        "account_id": id_array([account_id for account_id, _ in there]),
        "partition": int_array([partition for _, partition in there]),
    }
    return connection.execute(sql("growing/move_accounts"), columns).rowcount


def _move_parked(connection: psycopg.Connection[Any], growth: Growth) -> None:
    """Move queues of parked commands, even of unknown accounts, to their new partitions."""
    rows = connection.execute(sql("growing/parked_accounts")).fetchall()
    queues = [
        (account_id, partition, partition_of(account_id, growth.partitions))
        for account_id, partition in rows
        if partition == partition_of(account_id, growth.partitions_before)
    ]
    columns = {
        "account_id": id_array([account_id for account_id, _, _ in queues]),
        "lane_before": int_array([before for _, before, _ in queues]),
        "lane": int_array([partition for _, _, partition in queues]),
    }
    connection.execute(sql("growing/move_parked"), columns)
