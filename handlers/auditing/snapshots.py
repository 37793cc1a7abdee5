"""The databases of the ledger as an audit sees them: a snapshot of each, and what came later.

The snapshots are not of one moment. So a row that one of them names and another lacks is looked for
again, later than both: legs and claims are never deleted, and a move's second leg is written after
its first and before the first says that it completed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from handlers.platform.errors import LedgerlaneError
from handlers.platform.postgres import sql
from handlers.sharding.shards import HOME, Shards


class Leg(NamedTuple):
    """A leg that a shard has; ``row`` is JSON."""

    shard: int
    transaction_id: UUID
    leg: int
    row: str


class PartitionsMoving(LedgerlaneError):
    """Partitions are being moved to another shard, so their rows are in two databases."""


class Snapshot(NamedTuple):
    """A database in a read-only snapshot, and a connection that sees what came after it."""

    shard: int
    connection: Connection[Any]
    later: Connection[Any]


class Transit(NamedTuple):
    """Money in transit by currency, in minor units.

    Attributes
    ----------
    under_way
        The moves whose second leg is outstanding.
    between_shards
        The part of it whose destination is on another shard.
    skew
        What the snapshots' balances have besides, because they are not of one moment.
    """

    under_way: Counter[str]
    between_shards: Counter[str]
    skew: Counter[str]


class Snapshots:
    """The snapshots of all shards.

    Parameters
    ----------
    each
        The home database's, then the further shards'.

    Attributes
    ----------
    transit
        The money in transit, once it is known: every move on two shards must be read for that.
    """

    def __init__(self, each: Sequence[Snapshot]) -> None:
        self.each: Final = each
        self.transit: Transit | None = None

    @classmethod
    def only(cls, connection: Connection[Any]) -> Snapshots:
        """Return the snapshot of a ledger in one database."""
        return cls([Snapshot(HOME, connection, connection)])

    @property
    def is_one(self) -> bool:
        """Whether the ledger is in one database."""
        return len(self.each) == 1

    @property
    def home(self) -> Snapshot:
        """The home database."""
        return self.each[0]

    def legs_elsewhere(self, here: Snapshot, transaction_ids: Collection[UUID]) -> Iterator[Leg]:
        """Return the legs of some transactions in the other databases, as they are by now."""
        for other in self.each:
            if other is not here:
                yield from _read(other, "auditing/legs_elsewhere", transaction_ids)

    def claims(self, transaction_ids: Collection[UUID]) -> Iterator[Leg]:
        """Return what stands for the first legs of claimed ids, whose commands may still wait."""
        return _read(self.home, "auditing/claims", transaction_ids)


def _read(snapshot: Snapshot, query: str, transaction_ids: Collection[UUID]) -> Iterator[Leg]:
    if transaction_ids:
        rows = snapshot.later.execute(sql(query), {"transaction_ids": list(transaction_ids)})
        yield from (Leg(snapshot.shard, *row) for row in rows)


@contextmanager
def taken(shards: Shards) -> Iterator[Snapshots]:
    """Take a snapshot of each database.

    Raises
    ------
    PartitionsMoving
        If partitions are being moved, or were while the caller used the snapshots. Only one
        database has a partition otherwise.
    Unavailable
        If a database can't be reached.
    """
    moves = _moves(shards)
    with ExitStack() as stack:
        each = []
        for shard in shards.each:
            connection = stack.enter_context(shard.database.connection())
            later = connection
            if not shards.is_one:
                later = stack.enter_context(shard.database.connection())
            stack.enter_context(connection.transaction())
            _take(connection)
            each.append(Snapshot(shard.number, connection, later))
        yield Snapshots(each)
        if _moves(shards) != moves:
            raise PartitionsMoving("partitions were moved to another shard meanwhile: run it again")


def _take(connection: Connection[Any]) -> None:
    connection.execute(sql("auditing/snapshot"))
    # The first query takes the snapshot.
    connection.execute("select 1 from ledger.partition_progress limit 1")


def _moves(shards: Shards) -> int:
    """Return the last move's number."""
    if shards.is_one:
        return 0
    ((last, unfinished),) = shards.home.read(sql("auditing/moves"))
    if unfinished is not None:
        raise PartitionsMoving(
            f"partitions are being moved: finish that first (make move-partition {unfinished}), or"
            " undo it (UNDO=1)"
        )
    return int(last)
