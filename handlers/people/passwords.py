"""Passwords, hashed with argon2id at the parameters in OWASP's Password Storage Cheat Sheet.

A hash takes about 20 ms of CPU by design. It runs off the event loop, so that it can't hold up
other requests, and requests that move money never compute one.
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
    """Return a password's argon2id hash, including the salt and parameters."""
    return off_loop(lambda: _hasher.hash(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Tell whether a password matches a hash.

    Parameters
    ----------
    password_hash
        The user's hash, or None if the user does not exist. Both take equally long, so that the
        response time does not reveal which addresses have an account.
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
    """Create the hash for unknown users in advance, so that the first check is not slower."""
    off_loop(_nobodys_hash)
