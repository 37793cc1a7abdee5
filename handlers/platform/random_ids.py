"""Random ids. Ids that must be repeatable are derived in ``handlers.domain.ids``."""

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
#: The digit with the variant: a random digit's two lower bits below the bits ``10``.
_VARIANTS: Final = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


def new_id(prefix: str) -> str:
    """Return a random id that sorts by creation time.

    The digits are laid out as a version 7 UUID (RFC 9562, section 5.7): 48 bits of milliseconds,
    then random bits, so that new rows are next to each other in an index.

    Parameters
    ----------
    prefix
        The id's prefix, from ``handlers.domain.ids``.
    """
    milliseconds = time.time_ns() // 1_000_000
    noise = _noise()
    return f"{prefix}{milliseconds:012x}7{noise[:3]}{_VARIANTS[noise[3]]}{noise[4:19]}"


#: Random digits generated in advance. Each is used once, even with threads (``pop`` is atomic).
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
    """Return a session token: a prefix that secret scanners recognize, and 256 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def new_api_key() -> str:
    """Return an API key, which differs from a session token only by its prefix."""
    return API_KEY_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
