"""What the archive has of a lost log and the ledger has not applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handlers.archiving.archive import Archive
from handlers.platform.segments import Logged
from handlers.sharding.progress import Reached


def former_incarnation(archive: Archive, present: str) -> str | None:
    """Return the incarnation that the topic had before its present one; None if it had none.

    Raises
    ------
    Unavailable
        If the archive can't be reached.
    """
    others = [name for name in archive.incarnations() if name != present]
    return others[-1] if others else None


def unapplied(
    archive: Archive, former: str, positions: Mapping[int, Reached]
) -> Iterator[tuple[int, Logged]]:
    """Yield the records of a former incarnation that the ledger may not have applied, in order.

    Where the ledger has gone on with another incarnation, it no longer knows how far it was in this
    one, so all of a partition's records are yielded. What is applied already changes nothing.

    Raises
    ------
    ArchiveDamaged
        If the archive lacks one of them.
    Unavailable
        If the archive can't be reached.
    """
    for partition in archive.incarnations()[former]:
        position = positions.get(partition)
        is_known = position is not None and position.incarnation == former
        start = position.next_offset if position is not None and is_known else 0
        for record in archive.records(former, partition, start):
            yield partition, record
