"""A list over several databases: one page of each, merged in the list's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import merge
from itertools import islice
from typing import Any, TypeVar

from handlers.sharding.shards import Shard, Shards

Row = TypeVar("Row")


def merged_page(
    shards: Shards,
    read: Callable[[Shard, list[int]], Sequence[Row]],
    order: Callable[[Row], Any],
    rows: int,
    *,
    is_descending: bool = False,
    account_id: str | None = None,
) -> Sequence[Row]:
    """Read a page from every shard, and return the first rows of all of them.

    Parameters
    ----------
    read
        Reads a shard's page. The list has the partitions whose rows don't count there: while a
        partition moves, two shards have its rows.
    order
        The key that the pages are ordered by.
    rows
        How many rows to return at most.
    account_id
        The account that the list is about, if it is about just one: then only its shard is read.

    Raises
    ------
    Unavailable
        If a shard can't be reached.
    """
    if shards.is_one:
        return read(shards.each[0], [])
    if account_id is not None:
        number = shards.number_of_account(account_id)
        return read(Shard(number, shards.database(number)), [])
    places = shards.map()
    pages = [read(shard, places.absent_from(shard.number)) for shard in shards.each]
    return list(islice(merge(*pages, key=order, reverse=is_descending), rows))
