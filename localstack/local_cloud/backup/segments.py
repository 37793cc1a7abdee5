"""Encrypted segments of the log, for backups that leave this machine.

A segment is a nonce and the encrypted, packed records. Its place in the log is authenticated with
it, so a segment that was changed, renamed or put elsewhere does not open.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from handlers.platform.segments import Logged, SegmentError, Spot, pack, unpack

KEY_BYTES, NONCE_BYTES, SALT_BYTES = 32, 12, 16


def derive_key(passphrase: str, salt: bytes) -> bytes:
    """Return the key of a backup's segments (scrypt, RFC 7914)."""
    return Scrypt(salt=salt, length=KEY_BYTES, n=2**14, r=8, p=1).derive(passphrase.encode())


def checksum(sealed: bytes) -> str:
    """Return the SHA-256 of a segment's file, which can be checked without the key."""
    return hashlib.sha256(sealed).hexdigest()


def seal(key: bytes, spot: Spot, records: Iterable[Logged]) -> bytes:
    """Return a segment's file."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, pack(records), spot.signed())


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
    return unpack(spot, packed)
