"""Puts batches of the log into the archive, so that it never has a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

from handlers.archiving.archive import Archive
from handlers.platform.errors import LedgerlaneError
from handlers.platform.log_history import LogIncomplete
from handlers.platform.segments import Logged

#: The maximum number of records that are read from the log at once to close a gap.
RECOVERY_SIZE: Final = 5_000


class ArchiveGap(LedgerlaneError):
    """Records between the archive's end and a batch are not in the log."""


class Topics(Protocol):
    """Knows which incarnation of a topic the brokers have."""

    def incarnation(self, topic: str, *, refresh: bool) -> str:
        """Return a topic's id."""
        ...


class History(Protocol):
    """Reads the log."""

    def logged(self, partition: int, start: int, limit: int) -> list[Logged]:
        """Return up to ``limit`` records from offset ``start`` on."""
        ...


@dataclass(frozen=True, slots=True)
class Archived:
    """What archiving a batch added: records, how many of them were not delivered, and bytes."""

    records: int = 0
    recovered: int = 0
    size: int = 0


class Archiver:
    """Archives a topic.

    Parameters
    ----------
    archive
        Where to.
    topics, history
        The brokers' topics, and the topic's records.
    topic
        The topic.
    """

    def __init__(self, archive: Archive, topics: Topics, history: History, topic: str) -> None:
        self._archive = archive
        self._topics = topics
        self._history = history
        self._topic = topic

    def archive(self, partition: int, records: Sequence[Logged]) -> Archived:
        """Archive consecutive records of a partition, as far as they are not archived yet.

        What is missing before them is read from the log.

        Parameters
        ----------
        records
            At least one.

        Raises
        ------
        ArchiveGap
            If records are missing before or between them, and the log does not have them.
        Unavailable
            If the log or the archive can't be reached.
        """
        for one, other in pairwise(records):
            if other.offset != one.offset + 1:
                raise ArchiveGap(f"the batch lacks offset {one.offset + 1} of {partition}")
        # The batch does not say of which incarnation it is, and a topic may have been made anew.
        incarnation = self._topics.incarnation(self._topic, refresh=True)
        first, end = records[0].offset, records[-1].offset + 1
        archived = self._archived_until(incarnation, partition, first, end)
        recovered, size = self._recover(incarnation, partition, archived, first)
        new = records[max(archived - first, 0) :]
        if new:
            size += self._archive.put(incarnation, partition, new)
        return Archived(len(new) + recovered, recovered, size)

    def _archived_until(self, incarnation: str, partition: int, first: int, end: int) -> int:
        """Return the archive's end; if it is behind a batch's end, `end` or any later offset."""
        until = -1
        # With the object before the batch, which shows that nothing is missing.
        for spot in self._archive.spots(incarnation, partition, max(0, first - 1)):
            until = spot.end
            if until >= end:
                break
        if until < 0:
            return 0 if first == 0 else self._archive.end(incarnation, partition)
        return until

    def _recover(self, incarnation: str, partition: int, start: int, end: int) -> tuple[int, int]:
        """Archive what the log has from `start` up to `end`; return the records and bytes."""
        recovered = size = 0
        while start + recovered < end:
            place = start + recovered
            found = self._logged(partition, place, min(RECOVERY_SIZE, end - place))
            if not found or found[0].offset != place:
                raise ArchiveGap(
                    f"offsets {place} to {end - 1} of partition {partition} are neither in the "
                    "archive nor in the log"
                )
            size += self._archive.put(incarnation, partition, found)
            recovered += len(found)
        return recovered, size

    def _logged(self, partition: int, start: int, limit: int) -> list[Logged]:
        try:
            return self._history.logged(partition, start, limit)
        except LogIncomplete:
            return []
