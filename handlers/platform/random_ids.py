"""The one maker of random ids; ids that must repeat are derived in ``handlers.domain.ids``."""

from __future__ import annotations

import os
import secrets
import time
from collections import deque
from typing import Final

TOKEN_PREFIX: Final = "llt_"
API_KEY_PREFIX: Final = "llk_"
TOKEN_BYTES: Final = 32
_NOISE_BYTES: Final = 10
_NOISE_DIGITS: Final = 2 * _NOISE_BYTES
_NOISES_AT_ONCE: Final = 128
#: What a random digit becomes where the variant stands: its two lower bits, below the bits ``10``.
_VARIANTS: Final = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


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
    noise = _noise()
    return f"{prefix}{milliseconds:012x}7{noise[:3]}{_VARIANTS[noise[3]]}{noise[4:19]}"


#: Random digits asked for ahead, each taken once, also by threads (``pop`` is atomic).
_noises: Final[deque[str]] = deque()
os.register_at_fork(after_in_child=_noises.clear)


def _noise() -> str:
    try:
        return _noises.pop()
    except IndexError:
        block = os.urandom(_NOISE_BYTES * _NOISES_AT_ONCE).hex()
        _noises.extend(
            block[i : i + _NOISE_DIGITS] for i in range(_NOISE_DIGITS, len(block), _NOISE_DIGITS)
        )
        return block[:_NOISE_DIGITS]


def new_token() -> str:
    """Make a session token: a prefix that secret scanners can know it by, and 256 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def new_api_key() -> str:
    """Make a key of the API, as a session's token is made and told from one by its prefix."""
    return API_KEY_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
