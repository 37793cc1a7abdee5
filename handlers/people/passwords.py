"""Passwords: argon2id at the parameters that OWASP's Password Storage Cheat Sheet gives.

A hash takes some 20 ms of a CPU by design, so it runs where it can't hold up other requests, and
never on the road of money.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from handlers.platform.concurrency import off_loop

MEMORY_KIB: Final = 19 * 1024
ITERATIONS: Final = 2
LANES: Final = 1

_hasher: Final = PasswordHasher(
    time_cost=ITERATIONS, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its salt and parameters in it."""
    return off_loop(lambda: _hasher.hash(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is the one of a hash.

    Parameters
    ----------
    password_hash
        The user's hash, or None for a user who does not exist: that takes as long, so the time of
        an answer does not tell who has an account here.
    """
    return off_loop(lambda: _verify(password, password_hash))


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        _hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody's password")


def prepare() -> None:
    """Make the hash that unknown users are checked against, before the first one asks."""
    off_loop(_nobodys_hash)
