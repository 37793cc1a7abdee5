"""The one maker of random ids; ids that must repeat are derived in ``handlers.domain.ids``."""

from __future__ import annotations

import os
import secrets
import time
from collections import deque
from typing import Final

TOKEN_PREFIX: Final = "llt_"
TOKEN_BYTES: Final = 32
_RANDOM_BITS: Final = 74
_RANDOM_A_BITS: Final = 62
_NOISE_BYTES: Final = 10
_NOISES_AT_ONCE: Final = 128


def new_id(prefix: str) -> str:
    """Make a random id that sorts by its time of making.

    The digits are laid out as a UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds,
    then random bits, so that new rows land next to each other in an index.

    Parameters
    ----------
    prefix
        What the id names, one of the prefixes of ``handlers.domain.ids``.
    """
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(_noise(), "big") >> (8 * _NOISE_BYTES - _RANDOM_BITS)
    high = noise >> _RANDOM_A_BITS
    low = noise & ((1 << _RANDOM_A_BITS) - 1)
    return f"{prefix}{milliseconds:012x}{0x7000 | high:04x}{(0b10 << 62) | low:016x}"


#: Random bytes asked for ahead, each taken once, also by threads (``pop`` is atomic).
_noises: Final[deque[bytes]] = deque()
os.register_at_fork(after_in_child=_noises.clear)


def _noise() -> bytes:
    try:
        return _noises.pop()
    except IndexError:
        block = os.urandom(_NOISE_BYTES * _NOISES_AT_ONCE)
        _noises.extend(
            block[i : i + _NOISE_BYTES] for i in range(_NOISE_BYTES, len(block), _NOISE_BYTES)
        )
        return block[:_NOISE_BYTES]


def new_token() -> str:
    """Make a session token: a prefix that secret scanners can know it by, and 256 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
