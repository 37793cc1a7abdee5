"""Sessions: who a token belongs to, and that it is dead a second after it was revoked.

The token is random and kept only as its SHA-256.  What was read from PostgreSQL is honoured for
`HONOUR_US` after that reading, wherever it is kept (this process, Redis), so that a revocation
holds everywhere within that time whether Redis is there or not.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final, NamedTuple

import msgspec

from handlers import clock, ids
from handlers.adapters.postgres import Database, sql
from handlers.adapters.redis import Cache
from handlers.domain.ids import USER, digits
from handlers.errors import Unauthenticated
from handlers.people.users import Role, User

LIFETIME_US: Final = 7 * 24 * 3600 * 1_000_000
#: Less than a second, so that the second includes the revocation's own commit.
HONOUR_US: Final = 900_000
#: After this a request reads it again, while it may still be relied on by the others.
YOUNG_US: Final = 450_000
CACHE_TTL_S: Final = 1
MAX_REMEMBERED: Final = 20_000
MAX_TOKEN_LENGTH: Final = 128
MAX_SESSIONS_SWEPT: Final = 100


#: Makes what an attempt to authenticate happens in, which hears of its failure.
Attempt = Callable[[], AbstractContextManager[None]]


class Caller(msgspec.Struct, frozen=True, gc=False):
    """Who is asking.

    Attributes
    ----------
    expires_at_us, read_at_us
        When the session ends, and when it was read from the database.
    """

    user_id: str
    role: Role
    expires_at_us: int
    read_at_us: int

    @property
    def is_operator(self) -> bool:
        """Whether the caller is an operator."""
        return self.role == "operator"

    def is_fresh(self, now_us: int) -> bool:
        """Tell whether what was read may still be relied on."""
        # A reading from the future means that another machine's clock is ahead: not trusted.
        return 0 <= now_us - self.read_at_us < HONOUR_US and now_us < self.expires_at_us

    def is_young(self, now_us: int) -> bool:
        """Tell whether what was read need not be read again yet."""
        # As `is_fresh`, and not by it: every request asks this.
        return 0 <= now_us - self.read_at_us < YOUNG_US and now_us < self.expires_at_us


class Session(NamedTuple):
    """A new session; the token is shown this once."""

    token: str
    user_id: str
    expires_at_us: int


_decoder: Final = msgspec.json.Decoder(Caller)


class Sessions:
    """The sessions in the database, and what is remembered of them."""

    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache
        self._remembered: OrderedDict[bytes, Caller] = OrderedDict()
        self._refreshing: dict[bytes, threading.Lock] = {}

    def open(self, user: User) -> Session:
        """Start a session; the user's ended ones are cleared away."""
        token = ids.new_token()
        now_us = clock.now_us()
        expires_at_us = now_us + LIFETIME_US
        parameters = {
            "token_hash": _hash(token),
            "user_id": digits(user.user_id),
            "created_at": clock.from_us(now_us),
            "expires_at": clock.from_us(expires_at_us),
            "at_most": MAX_SESSIONS_SWEPT,
        }
        self._database.write(sql("people/open_session"), parameters)
        return Session(token, user.user_id, expires_at_us)

    def caller(self, token: str, attempt: Attempt = nullcontext) -> Caller:
        """Return who a token belongs to.

        Parameters
        ----------
        attempt
            What a token is looked up in that nothing is remembered of; raising at its start, it
            saves the database from the reading.

        Raises
        ------
        Unauthenticated
            If it is unknown, revoked or expired.
        """
        if len(token) > MAX_TOKEN_LENGTH:
            with attempt():
                raise Unauthenticated
        token_hash = _hash(token)
        now_us = clock.now_us()
        remembered = self._remembered.get(token_hash)
        # Read again before it grows stale, by one request alone, while the others go on.
        if remembered is not None and (
            remembered.is_young(now_us)
            or (token_hash in self._refreshing and remembered.is_fresh(now_us))
        ):
            return remembered
        return self._refresh(token_hash, attempt if remembered is None else nullcontext)

    def _refresh(self, token_hash: bytes, attempt: Attempt) -> Caller:
        """Look a token up; of requests that need it at once, one looks and the others wait."""
        lock = self._refreshing.setdefault(token_hash, threading.Lock())
        with lock:
            now_us = clock.now_us()
            caller = self._remembered.get(token_hash)
            if caller is not None and caller.is_young(now_us):
                return caller
            try:
                caller = self._cached(token_hash, now_us)
                if caller is None:
                    with attempt():
                        caller = self._read(token_hash, now_us)
                    self._cache.set(_key(token_hash), msgspec.json.encode(caller), CACHE_TTL_S)
                self._remember(token_hash, caller)
            finally:
                self._refreshing.pop(token_hash, None)
        return caller

    def close(self, token: str) -> None:
        """End a session."""
        token_hash = _hash(token)
        self._database.write(sql("people/close_session"), (token_hash,))
        self._remembered.pop(token_hash, None)
        self._cache.delete([_key(token_hash)])

    def _cached(self, token_hash: bytes, now_us: int) -> Caller | None:
        value = self._cache.get(_key(token_hash))
        if value is None:
            return None
        try:
            caller = _decoder.decode(value)
        except msgspec.DecodeError:
            return None
        return caller if caller.is_young(now_us) else None

    def _read(self, token_hash: bytes, now_us: int) -> Caller:
        # The time is from before the reading, so that what is honoured is never older than said.
        rows = self._database.read(sql("people/session_by_token"), (token_hash,))
        if not rows or rows[0][2] <= now_us:
            self._remembered.pop(token_hash, None)
            raise Unauthenticated
        user_id, role, expires_at_us = rows[0]
        return Caller(f"{USER}{user_id}", role, expires_at_us, now_us)

    def _remember(self, token_hash: bytes, caller: Caller) -> None:
        self._remembered[token_hash] = caller
        while len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _key(token_hash: bytes) -> str:
    return "ses:" + token_hash.hex()
