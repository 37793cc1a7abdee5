"""Sessions: whose token it is, with revocations that take effect within a second.

Tokens are random, and only their SHA-256 is stored. API keys (``handlers.people.api_keys``) work
the same way.  A row read from PostgreSQL is valid for `HONOUR_US` after the read, wherever it is
cached (in this process or in Redis), so revocations take effect everywhere within that time, with
or without Redis.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar, Final, LiteralString, NamedTuple

import msgspec

from handlers.domain.callers import Caller
from handlers.domain.ids import USER, digits
from handlers.people.users import User
from handlers.platform import clock, random_ids
from handlers.platform.errors import Unauthenticated
from handlers.platform.postgres import Database, sql
from handlers.platform.redis import Cache

LIFETIME_US: Final = 7 * 24 * 3600 * 1_000_000
CACHE_TTL_S: Final = 1
MAX_REMEMBERED: Final = 20_000
MAX_TOKEN_LENGTH: Final = 128
MAX_SESSIONS_SWEPT: Final = 100


#: Creates the context of an authentication attempt, which sees whether the attempt failed.
Attempt = Callable[[], AbstractContextManager[None]]


class Session(NamedTuple):
    """A new session. The token is shown only once."""

    token: str
    user_id: str
    expires_at_us: int


_decoder: Final = msgspec.json.Decoder(Caller)


class Lookup:
    """Looks up the owner of a secret in the database, with a cache.

    Attributes
    ----------
    QUERY
        Finds a secret by its hash: the digits of the user's id, the role, and the expiry.
    CACHE_PREFIX
        The prefix in Redis. Each type of secret has its own: an older release that knows only
        sessions would otherwise take a cached key for a session, which may do everything.
    """

    QUERY: ClassVar[LiteralString]
    CACHE_PREFIX: ClassVar[str]

    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache
        self._remembered: OrderedDict[bytes, Caller] = OrderedDict()
        self._refreshing: dict[bytes, threading.Lock] = {}

    def caller(self, secret: str, attempt: Attempt = nullcontext) -> Caller:
        """Return the owner of a token or API key.

        Parameters
        ----------
        attempt
            The context for looking up a secret that is not cached. It can raise when it is entered
            to keep the lookup from the database.

        Raises
        ------
        Unauthenticated
            If the secret is unknown, revoked or expired.
        """
        if len(secret) > MAX_TOKEN_LENGTH:
            with attempt():
                raise Unauthenticated
        secret_hash = hash_of(secret)
        now_us = clock.now_us()
        remembered = self._remembered.get(secret_hash)
        # Refresh before the entry expires, in one request, while the others keep using it.
        if remembered is not None and (
            remembered.is_young(now_us)
            or (secret_hash in self._refreshing and remembered.is_fresh(now_us))
        ):
            return remembered
        return self._refresh(secret_hash, attempt if remembered is None else nullcontext)

    def _refresh(self, secret_hash: bytes, attempt: Attempt) -> Caller:
        """Look up a secret. If several requests need it at once, one reads and the others wait."""
        lock = self._refreshing.setdefault(secret_hash, threading.Lock())
        with lock:
            now_us = clock.now_us()
            caller = self._remembered.get(secret_hash)
            if caller is not None and caller.is_young(now_us):
                return caller
            try:
                caller = self._cached(secret_hash, now_us)
                if caller is None:
                    with attempt():
                        caller = self._read(secret_hash, now_us)
                    value = msgspec.json.encode(caller)
                    self._cache.set(self._cache_key(secret_hash), value, CACHE_TTL_S)
                self._remember(secret_hash, caller)
            finally:
                self._refreshing.pop(secret_hash, None)
        return caller

    def _forget(self, secret_hash: bytes) -> None:
        self._remembered.pop(secret_hash, None)
        self._cache.delete([self._cache_key(secret_hash)])

    def _cached(self, secret_hash: bytes, now_us: int) -> Caller | None:
        value = self._cache.get(self._cache_key(secret_hash))
        if value is None:
            return None
        try:
            caller = _decoder.decode(value)
        except msgspec.DecodeError:
            return None
        return caller if caller.is_young(now_us) else None

    def _read(self, secret_hash: bytes, now_us: int) -> Caller:
        # Take the time before the read, so that the entry is never older than it says.
        rows = self._database.read(sql(self.QUERY), (secret_hash,))
        caller = self._caller_of(rows[0], now_us) if rows else None
        if caller is None or caller.expires_at_us <= now_us:
            self._remembered.pop(secret_hash, None)
            raise Unauthenticated
        return caller

    def _caller_of(self, row: tuple[Any, ...], now_us: int) -> Caller:
        user_id, role, expires_at_us = row
        return Caller(f"{USER}{user_id}", role, expires_at_us, now_us)

    def _remember(self, secret_hash: bytes, caller: Caller) -> None:
        self._remembered[secret_hash] = caller
        while len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)

    def _cache_key(self, secret_hash: bytes) -> str:
        return self.CACHE_PREFIX + secret_hash.hex()


class Sessions(Lookup):
    """The sessions in the database, with a cache."""

    QUERY = "people/session_by_token"
    CACHE_PREFIX = "ses:"

    def open(self, user: User) -> Session:
        """Start a session, and delete the user's expired ones."""
        token = random_ids.new_token()
        now_us = clock.now_us()
        expires_at_us = now_us + LIFETIME_US
        parameters = {
            "token_hash": hash_of(token),
            "user_id": digits(user.user_id),
            "created_at": clock.from_us(now_us),
            "expires_at": clock.from_us(expires_at_us),
            "at_most": MAX_SESSIONS_SWEPT,
        }
        self._database.write(sql("people/open_session"), parameters)
        return Session(token, user.user_id, expires_at_us)

    def close(self, token: str) -> None:
        """End a session."""
        token_hash = hash_of(token)
        self._database.write(sql("people/close_session"), (token_hash,))
        self._forget(token_hash)


def hash_of(secret: str) -> bytes:
    """Return the stored hash of a token or key, which has too many bits for brute force."""
    return hashlib.sha256(secret.encode()).digest()
