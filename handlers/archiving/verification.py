"""Reads the whole archive and compares it with the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol

from handlers.archiving.archive import Archive, ArchiveDamaged
from handlers.platform.segments import Logged

#: How many records are compared at once.
COMPARED_TOGETHER: Final = 5_000


class Log(Protocol):
    """The log, as far as it has its records."""

    def partitions(self) -> int:
        """Return the number of partitions."""
        ...

    def bounds(self, partition: int) -> tuple[int, int]:
        """Return the offset of the first record that the log has, and the one after its last."""
        ...

    def logged(self, partition: int, start: int, limit: int) -> list[Logged]:
        """Return up to ``limit`` records from offset ``start`` on."""
        ...


@dataclass(slots=True)
class Verified:
    """What was found.

    Attributes
    ----------
    records
        How many records the archive has, of all incarnations of the topic.
    compared
        How many of them the log has too, equal in everything.
    behind
        How many records of the log are not archived yet.
    problems
        What is wrong, at most one for each partition.
    """

    records: int = 0
    compared: int = 0
    behind: int = 0
    problems: list[str] = field(default_factory=list)


def verify(
    archive: Archive,
    log: Log,
    incarnation: str,
    committed: Mapping[int, int],
    only: int | None = None,
) -> Verified:
    """Read every object, and compare it with the log where the log has the same records.

    Parameters
    ----------
    incarnation
        The log's incarnation.
    committed
        The offset that the archive's consumer group committed, by partition. What is before it
        must be archived.
    only
        The only partition to look at; None for all.

    Raises
    ------
    Unavailable
        If the log or the archive can't be reached.
    """
    found = Verified()
    incarnations = archive.incarnations()
    incarnations.setdefault(incarnation, [])
    for name, partitions in incarnations.items():
        present = range(log.partitions()) if name == incarnation else ()
        for partition in sorted({*partitions, *present}):
            if only not in (None, partition):
                continue
            source = log if partition in present else None
            try:
                end = _check(archive, name, partition, source, found)
                if source is not None:
                    _check_end(partition, end, committed.get(partition, 0))
                    found.behind += max(0, source.bounds(partition)[1] - end)
            except ArchiveDamaged as error:
                found.problems.append(f"{name}: {error}")
    return found


def _check(
    archive: Archive, incarnation: str, partition: int, log: Log | None, found: Verified
) -> int:
    """Read a partition's records; return the offset after the last one."""
    end = 0
    start, stop = (0, 0) if log is None else log.bounds(partition)
    for records in _chunks(archive.records(incarnation, partition)):
        end = records[-1].offset + 1
        found.records += len(records)
        there = [record for record in records if start <= record.offset < stop]
        if log is not None and there:
            _compare(partition, there, log.logged(partition, there[0].offset, len(there)))
            found.compared += len(there)
    return end


def _chunks(records: Iterator[Logged]) -> Iterator[list[Logged]]:
    while chunk := list(islice(records, COMPARED_TOGETHER)):
        yield chunk


def _compare(partition: int, archived: list[Logged], logged: list[Logged]) -> None:
    for one, other in zip(archived, logged, strict=True):
        if _comparable(one) != _comparable(other):
            raise ArchiveDamaged(
                f"offset {one.offset} of partition {partition} is not what the log has"
            )


def _comparable(record: Logged) -> Logged:
    """Return a record without a header's absence of a value, which Lambda does not pass on."""
    return record._replace(headers=tuple((name, value or b"") for name, value in record.headers))


def _check_end(partition: int, end: int, committed: int) -> None:
    if end < committed:
        raise ArchiveDamaged(
            f"offsets {end} to {committed - 1} of partition {partition} were committed, and are "
            "not archived"
        )
