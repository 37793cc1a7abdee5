"""The check of accounts' partitions, in Python because they follow from a digest SQL lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import Connection

from handlers.domain.partitions import partition_of
from handlers.platform.postgres import sql


def misplaced(
    connection: Connection[Any], rows: Iterator[Sequence[Any]]
) -> Iterator[tuple[str | None, str]]:
    """Find accounts on the wrong partition, and accounts with commands on the wrong partition.

    Parameters
    ----------
    rows
        The rows of ``placement.sql``: an account and its partition or, with the number of its legs
        and the first of them, another partition that has some of its legs.

    Yields
    ------
    tuple
        The account's id and what is wrong.
    """
    counts = connection.execute(sql("auditing/counts")).fetchall()
    if not counts:
        return  # no writer has recorded the count yet
    known = {count for count, _ in counts}
    current = {count for count, is_current in counts if is_current}
    for account_id, partition, legs, first in rows:
        if legs is None:
            if partition not in {partition_of(account_id, count) for count in current}:
                yield account_id, f"lives on partition {partition}, which is not its own"
        elif partition not in {partition_of(account_id, count) for count in known}:
            yield (
                account_id,
                f"has {legs} legs on partition {partition}, which never was its own, first {first}",
            )
