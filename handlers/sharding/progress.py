"""How far the ledger has come in each partition, whichever database has it."""

from __future__ import annotations

from typing import NamedTuple

from handlers.platform.postgres import sql
from handlers.sharding.shards import Shards


class Reached(NamedTuple):
    """A partition's progress: the topic's incarnation, and the next offset there."""

    incarnation: str
    next_offset: int


def progress_of(shards: Shards, topic: str) -> dict[int, Reached]:
    """Return the progress of each partition that ever had a record.

    Raises
    ------
    Unavailable
        If a shard can't be reached.
    """
    return {
        partition: Reached(incarnation, next_offset)
        for shard in shards.each
        for partition, incarnation, next_offset in shard.database.read(
            sql("rebuild/progress"), {"topic": topic}
        )
    }
