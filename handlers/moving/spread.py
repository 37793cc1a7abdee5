"""Spreads the partitions of a ledger without commands over its shards."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final, NamedTuple

from handlers.moving.moves import CannotMove, Moves, is_true
from handlers.platform.postgres import sql
from handlers.sharding.shards import HOME, Shard, Shards
from handlers.sharding.together import counts_of

#: All partitions, one by one.
_ALL: Final = {"modulus": 1, "residue": 0}


class Spread(NamedTuple):
    """What spreading did.

    Attributes
    ----------
    placed
        The partitions that it brought to a further shard, with the shard.
    left
        The partitions at home that an even spread would have elsewhere, with the shard, in a ledger
        that has commands; they can be moved.
    """

    placed: dict[int, int]
    left: dict[int, int]


def spread(shards: Shards, topic: str, partitions: int, settle_s: float) -> Spread:
    """Spread the partitions at home evenly over the shards, unless the ledger has commands.

    Run again, it goes on where it was, and then does nothing.

    Parameters
    ----------
    partitions
        The topic's partition count until the ledger records one.
    settle_s
        How long to wait for processes that use an older map; 0 if none run yet.

    Raises
    ------
    CannotMove
        If partitions are being moved.
    Unavailable
        If a database can't be reached.
    """
    if shards.is_one:
        return Spread({}, {})
    moves = Moves(shards.home, topic)
    with moves.alone():
        moves.refuse_unfinished()
        counts = counts_of(shards.home, topic, partitions)
        wanted = {
            partition: shard
            for partition in range(counts.partitions)
            if (shard := HOME + partition % counts.modulus % len(shards.each)) != HOME
        }
        if _has_commands(shards, topic):
            placed: dict[int, int] = {}
            left = {one: wanted[one] for one in wanted.keys() - shards.map_now().shards.keys()}
        else:
            placed, left = _place(shards, topic, counts.partitions, wanted), {}
        _put_into_use(shards, topic, settle_s)
        return Spread(placed, dict(sorted(left.items())))


def _has_commands(shards: Shards, topic: str) -> bool:
    return any(
        one.database.read(sql("moving/has_commands"), {"topic": topic})[0][0] for one in shards.each
    )


def _place(
    shards: Shards, topic: str, partitions: int, wanted: Mapping[int, int]
) -> dict[int, int]:
    """Change the map of empty partitions, once their shards have rows for them.

    The rows at home are locked meanwhile, so nothing is applied to them.
    """
    parameters = {"topic": topic, "partitions": partitions}
    with shards.home.connection() as connection, connection.transaction():
        connection.execute(sql("moving/exclude"))
        if is_true(connection, "moving/growing", parameters):
            raise CannotMove("the log is being grown: finish that first (make grow-partitions)")
        connection.execute(sql("moving/start"), parameters | _ALL)
        empty = connection.execute(sql("moving/hold_empty"), parameters).fetchall()
        placed = {one: wanted[one] for (one,) in empty if one in wanted}
        for partition, shard in placed.items():
            its = parameters | {"partition": partition, "shard": shard}
            shards.database(shard).write(sql("moving/place"), its)
            connection.execute(sql("moving/put"), its)
    return placed


def _put_into_use(shards: Shards, topic: str, settle_s: float) -> None:
    """Let the shards apply batches of what the map says they have, once all have read it."""
    mapped = shards.map_now().shards
    waiting = [
        (shard.number, partition)
        for shard in shards.each[1:]
        for partition in sorted(mapped.keys() - _live(shard, topic))
        if mapped[partition] == shard.number
    ]
    if waiting:
        time.sleep(settle_s)
    for number, partition in waiting:
        shards.database(number).write(
            sql("moving/put_into_use"), {"topic": topic, "partition": partition}
        )


def _live(shard: Shard, topic: str) -> set[int]:
    rows = shard.database.read(sql("moving/live"), {"topic": topic, **_ALL})
    return {partition for (partition,) in rows}
