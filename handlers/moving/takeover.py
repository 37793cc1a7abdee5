"""Gives an empty shard the partitions that the map says it has, out of a rebuilt ledger."""

from __future__ import annotations

from typing import Any

import psycopg

from handlers.moving import rows
from handlers.moving.moves import Moves
from handlers.moving.rows import Partitions
from handlers.platform.postgres import sql
from handlers.sharding.shards import HOME, Shards
from handlers.sharding.together import counts_of


def take_over(
    rebuilt: psycopg.Connection[Any], shards: Shards, topic: str, partitions: int, number: int
) -> None:
    """Copy a shard's partitions out of a rebuilt ledger, and put them into use there.

    Parameters
    ----------
    rebuilt
        The rebuilt ledger, not in a transaction.
    partitions
        The topic's partition count until the ledger records one.
    number
        The shard, which must be empty.

    Raises
    ------
    CannotMove
        If partitions are being moved, or the log is being grown.
    """
    moves = Moves(shards.home, topic)
    with moves.alone():
        moves.refuse_unfinished()
        counts = counts_of(shards.home, topic, partitions)
        places = shards.map_now()
        residues = {one % counts.modulus for one, shard in places.shards.items() if shard == number}
        with (
            rebuilt.transaction(),
            shards.database(number).connection() as connection,
            connection.transaction(),
        ):
            rebuilt.execute(sql("moving/snapshot"))
            connection.execute(sql("moving/receive"))
            for (growth,) in rebuilt.execute(sql("moving/growths"), {"topic": topic}).fetchall():
                connection.execute(sql("moving/note_growth"), {"growth": growth})
            for residue in sorted(residues):
                together = counts.with_partition(residue)
                rows.copy(rebuilt, connection, Partitions(topic, together, HOME))
                connection.execute(sql("moving/arrive"), {"topic": topic, **together._asdict()})
