"""The log's own backup: every record of the commands topic, as it is, in segments."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handlers.platform.segments import Logged, SegmentError, Spot
from local_cloud.backup.index import Index, Segment, file_of, write_durably
from local_cloud.backup.log_reader import LogReader
from local_cloud.backup.segments import checksum, derive_key, seal, unseal
from local_cloud.errors import LocalCloudError

#: So that a segment is some megabytes at most.
SEGMENT_RECORDS = 10_000


@dataclass(frozen=True)
class Taken:
    """What a backup added.

    Parameters
    ----------
    records : int
        How many records are new in the backup.
    segments : int
        In how many segments.
    ends : list of int
        The offset after the last record of each partition in the backup.
    """

    records: int
    segments: int
    ends: list[int]


class LogBackup:
    """The backup of a topic.

    Parameters
    ----------
    folder : Path
        Where its segments are.
    topic : str
        The topic.
    passphrase : str
        What they are encrypted with.
    """

    def __init__(self, folder: Path, topic: str, passphrase: str) -> None:
        self._folder = folder / topic
        self._topic = topic
        self._passphrase = passphrase

    def take(self, log: LogReader) -> Taken:
        """Add the records that are not in the backup yet.

        A run that is cut short leaves a good backup: a segment counts once the index names it.

        Raises
        ------
        LocalCloudError
            If the log lacks records that come next, the key is another one, or the disk is full.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        index = Index.read(self._folder) or Index()
        key = self._key(index)
        taken_ms = int(time.time() * 1000)
        ends = log.ends()
        partitions = index.segments(log.incarnation, len(ends))
        records = segments = 0
        for partition, end in enumerate(ends):
            first = partitions[partition][-1].end if partitions[partition] else 0
            while first < end:
                found = log.read(partition, first, min(SEGMENT_RECORDS, end - first))
                spot = Spot(self._topic, log.incarnation, partition, first, len(found))
                partitions[partition].append(self._write(key, spot, found))
                records, segments, first = records + len(found), segments + 1, spot.end
                index.write(self._folder)
        # Last, because only a whole run has every record from before it.
        index.taken_ms = taken_ms
        index.write(self._folder)
        return Taken(records, segments, index.ends(log.incarnation))

    def _write(self, key: bytes, spot: Spot, records: list[Logged]) -> Segment:
        file = file_of(self._folder, spot)
        file.parent.mkdir(parents=True, exist_ok=True)
        sealed = seal(key, spot, records)
        write_durably(file, sealed)
        return Segment(spot.first, spot.count, records[-1].timestamp_ms, checksum(sealed))

    def index(self) -> Index:
        """Return the backup's index.

        Raises
        ------
        LocalCloudError
            If there is no backup.
        """
        index = Index.read(self._folder)
        if index is None or not index.incarnations:
            raise LocalCloudError(
                f"there is no backup of the log in {self._folder}", "run `make backup` first"
            )
        return index

    def read(
        self, index: Index, incarnation: str, partition: int, start: int = 0
    ) -> Iterator[Logged]:
        """Yield a partition's records from the offset `start` on.

        Raises
        ------
        LocalCloudError
            If a segment is missing or damaged, or the key is another one.
        """
        key = self._key(index)
        for segment in index.incarnations[incarnation][partition]:
            if segment.end > start:
                spot = Spot(self._topic, incarnation, partition, segment.first, segment.count)
                records = self._open(key, spot, segment)
                yield from (record for record in records if record.offset >= start)

    def verify(self, log: LogReader | None = None) -> int:
        """Read the whole backup; return how many records of the present log it has.

        Parameters
        ----------
        log : LogReader, optional
            The log, to compare each record with.

        Raises
        ------
        LocalCloudError
            If a segment is missing or damaged, a record differs, or the key is another one.
        """
        index = self.index()
        present = log.incarnation if log is not None else index.latest
        count = 0
        for incarnation, partitions in index.incarnations.items():
            for partition in range(len(partitions)):
                self._check_order(incarnation, partition, partitions[partition])
                for record in self.read(index, incarnation, partition):
                    if incarnation == present:
                        count += 1
                        _compare(record, log, partition)
        return count

    def _check_order(self, incarnation: str, partition: int, segments: list[Segment]) -> None:
        expected = 0
        for segment in segments:
            if segment.first != expected:
                raise LocalCloudError(
                    f"the backup of partition {partition} of {self._topic} ({incarnation}) lacks "
                    f"offset {expected}",
                    "move the folder away and run `make backup` for a new one",
                )
            expected = segment.end

    def _key(self, index: Index) -> bytes:
        """Return the key, checked by any segment so that no other key ever adds one."""
        key = derive_key(self._passphrase, bytes.fromhex(index.salt))
        for incarnation, partitions in index.incarnations.items():
            for partition, segments in enumerate(partitions):
                if segments:
                    one = segments[-1]
                    spot = Spot(self._topic, incarnation, partition, one.first, one.count)
                    self._open(key, spot, one)
                    return key
        return key

    def _open(self, key: bytes, spot: Spot, segment: Segment) -> list[Logged]:
        file = file_of(self._folder, spot)
        try:
            sealed = file.read_bytes()
        except FileNotFoundError:
            raise _damaged(file, "it is missing") from None
        if checksum(sealed) != segment.sha256:
            raise _damaged(file, "its checksum is wrong")
        try:
            return unseal(key, spot, sealed)
        except SegmentError as error:
            # The checksum is right, so the file is what was written.
            raise LocalCloudError(
                "the key does not open the backup of the log",
                "use the key that it was made with (see docs/recovery.md)",
            ) from error


def _damaged(file: Path, why: str) -> LocalCloudError:
    return LocalCloudError(
        f"the backup's segment {file} is damaged: {why}", "restore it from a copy of the backups"
    )


def _compare(record: Logged, log: LogReader | None, partition: int) -> None:
    if log is not None and log.next(partition, record.offset) != record:
        raise LocalCloudError(
            f"offset {record.offset} of partition {partition} is not what the backup has",
            "keep both, and compare them (see docs/recovery.md)",
        )
