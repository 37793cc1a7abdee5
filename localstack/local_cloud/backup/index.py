"""The index of the log's backup: which segments there are, of which incarnation of the topic."""

from __future__ import annotations

import errno
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from handlers.platform.segments import Logged, Spot
from local_cloud.backup.segments import SALT_BYTES
from local_cloud.errors import LocalCloudError


@dataclass(frozen=True)
class Segment:
    """A segment's file, as the index has it.

    Parameters
    ----------
    first, count : int
        Its records' offsets.
    last_ms : int
        The last record's time, since the Unix epoch.
    sha256 : str
        The file's checksum.
    """

    first: int
    count: int
    last_ms: int
    sha256: str

    @property
    def end(self) -> int:
        """The offset after its last record."""
        return self.first + self.count


@dataclass
class Index:
    """The segments by incarnation and partition. The last incarnation is the log's present one.

    Parameters
    ----------
    taken_ms : int
        When the last backup began, since the Unix epoch: every record from before is in it.
    salt : str
        From which the key is derived, in hexadecimal.
    incarnations : dict
        The topic's ids in the order of their first backup, each with its partitions' segments.
    """

    taken_ms: int = 0
    salt: str = field(default_factory=lambda: secrets.token_hex(SALT_BYTES))
    incarnations: dict[str, list[list[Segment]]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Index | None:
        """Return the index in `folder`, None if there is none.

        Raises
        ------
        LocalCloudError
            If it is damaged.
        """
        file = folder / "index.json"
        try:
            document = json.loads(file.read_text())
            incarnations = {
                name: [[Segment(**segment) for segment in segments] for segments in partitions]
                for name, partitions in document["incarnations"].items()
            }
            return cls(document["taken_ms"], document["salt"], incarnations)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LocalCloudError(
                f"can't read {file} ({error})", "restore it from a copy"
            ) from error

    def write(self, folder: Path) -> None:
        """Write the index, which makes the segments that it names part of the backup."""
        document = {
            "taken_ms": self.taken_ms,
            "salt": self.salt,
            "incarnations": {
                name: [[asdict(segment) for segment in segments] for segments in partitions]
                for name, partitions in self.incarnations.items()
            },
        }
        write_durably(folder / "index.json", json.dumps(document).encode())

    @property
    def latest(self) -> str:
        """The incarnation that was backed up last."""
        return next(reversed(self.incarnations))

    def segments(self, incarnation: str, partitions: int) -> list[list[Segment]]:
        """Return the lists of segments of each partition, as many as there are now."""
        known = self.incarnations.setdefault(incarnation, [])
        known.extend([] for _ in range(partitions - len(known)))
        return known

    def ends(self, incarnation: str) -> list[int]:
        """Return the offset after the last record of each partition that is in the backup."""
        known = self.incarnations.get(incarnation, [])
        return [segments[-1].end if segments else 0 for segments in known]


class Copy(Protocol):
    """A copy of the log: the backup, or the archive."""

    def index(self) -> Index:
        """Return what is in the copy."""
        ...

    def read(
        self, index: Index, incarnation: str, partition: int, start: int = 0
    ) -> Iterator[Logged]:
        """Yield a partition's records from the offset `start` on."""
        ...


def file_of(folder: Path, spot: Spot) -> Path:
    """Return the file of a segment."""
    return folder / spot.incarnation / str(spot.partition) / f"{spot.first:020d}"


def write_durably(file: Path, content: bytes) -> None:
    """Write a file that is whole or absent after a crash.

    Raises
    ------
    LocalCloudError
        If the disk is full.
    """
    draft = file.with_name(file.name + ".new")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise LocalCloudError(
            f"the disk of {file.parent} is full",
            "make room and repeat: what is in the backup already stays good",
        ) from error
