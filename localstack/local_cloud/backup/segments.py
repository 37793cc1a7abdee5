"""The format of the log's backup: encrypted segments of one partition's consecutive records.

A segment is a nonce and the encrypted, compressed records. Its place in the log is authenticated
with it, so a segment that was changed, renamed or put elsewhere does not open.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

KEY_BYTES, NONCE_BYTES, SALT_BYTES = 32, 12, 16
_RECORD = struct.Struct(">qq")
_LENGTH = struct.Struct(">i")
_ABSENT = -1


class SegmentError(Exception):
    """A segment can't be read: the key is another one, or the file is damaged."""


class Logged(NamedTuple):
    """A record as the log has it. ``timestamp_ms`` is since the Unix epoch."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()


@dataclass(frozen=True)
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


def derive_key(passphrase: str, salt: bytes) -> bytes:
    """Return the key of a backup's segments (scrypt, RFC 7914)."""
    return Scrypt(salt=salt, length=KEY_BYTES, n=2**14, r=8, p=1).derive(passphrase.encode())


def checksum(sealed: bytes) -> str:
    """Return the SHA-256 of a segment's file, which can be checked without the key."""
    return hashlib.sha256(sealed).hexdigest()


def seal(key: bytes, spot: Spot, records: Iterable[Logged]) -> bytes:
    """Return a segment's file."""
    packed = zlib.compress(b"".join(map(_pack, records)))
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, packed, spot.signed())


def unseal(key: bytes, spot: Spot, sealed: bytes) -> list[Logged]:
    """Return a segment's records.

    Raises
    ------
    SegmentError
        If the key or the place is another one, or the file is damaged.
    """
    nonce, encrypted = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        packed = AESGCM(key).decrypt(nonce, encrypted, spot.signed())
    except (InvalidTag, ValueError) as error:
        raise SegmentError("the key is another one, or the file is damaged") from error
    records = list(_unpack(memoryview(zlib.decompress(packed))))
    if [record.offset for record in records] != list(range(spot.first, spot.end)):
        raise SegmentError("its offsets are not those that it should have")
    return records


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
