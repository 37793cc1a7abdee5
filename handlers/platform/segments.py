"""The format in which the log is kept outside of its brokers: one partition's records, packed.

The local backup encrypts what is packed (`local_cloud.backup.segments`). The archive on S3 stamps
it, because S3 encrypts it with a key of KMS. Either way a segment opens only if it is whole, and
only as the part of the log that it is.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

_RECORD: Final = struct.Struct(">qq")
_LENGTH: Final = struct.Struct(">i")
_ABSENT: Final = -1
_STAMP_BYTES: Final = hashlib.sha256().digest_size


class SegmentError(Exception):
    """A segment can't be read: it is damaged, of another place in the log, or its key is."""


class Logged(NamedTuple):
    """A record as the log has it. ``timestamp_ms`` is since the Unix epoch."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a segment's records are in the log.

    Parameters
    ----------
    topic : str
        Their topic.
    incarnation : str
        The id that the broker gave the topic when it was created.
    partition : int
        Their partition.
    first : int
        The first record's offset.
    count : int
        How many records there are, without a gap between them.
    """

    topic: str
    incarnation: str
    partition: int
    first: int
    count: int

    @property
    def end(self) -> int:
        """The offset after the last record."""
        return self.first + self.count

    def signed(self) -> bytes:
        """Return what is authenticated with the records."""
        return repr((self.topic, self.incarnation, self.partition, self.first, self.count)).encode()


def pack(records: Iterable[Logged]) -> bytes:
    """Return records as compressed bytes."""
    return zlib.compress(b"".join(map(_pack, records)))


def unpack(spot: Spot, packed: bytes) -> list[Logged]:
    """Return the records that were packed.

    Raises
    ------
    SegmentError
        If their offsets are not those of `spot`.
    """
    records = list(_unpack(memoryview(zlib.decompress(packed))))
    if [record.offset for record in records] != list(range(spot.first, spot.end)):
        raise SegmentError("its offsets are not those that it should have")
    return records


def stamp(spot: Spot, records: Iterable[Logged]) -> bytes:
    """Return a segment with a SHA-256 of its place and its records."""
    packed = pack(records)
    return _stamp_of(spot, packed) + packed


def read_stamped(spot: Spot, stamped: bytes) -> list[Logged]:
    """Return the records of a stamped segment.

    Raises
    ------
    SegmentError
        If it is damaged, or of another place in the log.
    """
    found, packed = stamped[:_STAMP_BYTES], stamped[_STAMP_BYTES:]
    if found != _stamp_of(spot, packed):
        raise SegmentError("it is damaged, or of another place in the log")
    return unpack(spot, packed)


def _stamp_of(spot: Spot, packed: bytes) -> bytes:
    return hashlib.sha256(spot.signed() + packed).digest()


def _pack(record: Logged) -> bytes:
    parts = [_RECORD.pack(record.offset, record.timestamp_ms)]
    parts += [_field(record.key), _field(record.value), _LENGTH.pack(len(record.headers))]
    for name, value in record.headers:
        parts += [_field(name.encode()), _field(value)]
    return b"".join(parts)


def _field(value: bytes | None) -> bytes:
    return _LENGTH.pack(_ABSENT) if value is None else _LENGTH.pack(len(value)) + value


def _unpack(packed: memoryview) -> Iterator[Logged]:
    place = 0

    def length() -> int:
        nonlocal place
        place += _LENGTH.size
        return int(_LENGTH.unpack_from(packed, place - _LENGTH.size)[0])

    def field() -> bytes | None:
        nonlocal place
        size = length()
        if size == _ABSENT:
            return None
        place += size
        return bytes(packed[place - size : place])

    while place < len(packed):
        offset, timestamp_ms = _RECORD.unpack_from(packed, place)
        place += _RECORD.size
        key, value = field(), field()
        headers = [((field() or b"").decode(), field()) for _ in range(length())]
        yield Logged(offset, timestamp_ms, key, value, tuple(headers))
