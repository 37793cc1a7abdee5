"""The one maker of random ids; ids that must repeat are derived in ``handlers.domain.ids``."""

from __future__ import annotations

import os
import secrets
import time
from typing import Final

TOKEN_PREFIX: Final = "llt_"
TOKEN_BYTES: Final = 32
_RANDOM_BITS: Final = 74
_RANDOM_A_BITS: Final = 62


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
    noise = int.from_bytes(os.urandom(10), "big") >> (80 - _RANDOM_BITS)
    high = noise >> _RANDOM_A_BITS
    low = noise & ((1 << _RANDOM_A_BITS) - 1)
    return f"{prefix}{milliseconds:012x}{0x7000 | high:04x}{(0b10 << 62) | low:016x}"


def new_token() -> str:
    """Make a session token: a prefix that secret scanners can know it by, and 256 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
