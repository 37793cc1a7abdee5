"""API keys, which programs authenticate with. Each key is limited to some scopes.

A key is looked up and cached like a session token (`handlers.people.sessions`): it stops working
everywhere within a second of its deletion, and at the moment it expires.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from handlers.domain.callers import Caller
from handlers.domain.ids import API_KEY, USER, digits
from handlers.domain.scopes import CUSTOMERS, SCOPES, Scope
from handlers.people.sessions import Lookup, hash_of
from handlers.platform import clock, random_ids
from handlers.platform.bounds import MAX_API_KEYS
from handlers.platform.clock import rfc3339_us
from handlers.platform.errors import InvalidInput, NotFound
from handlers.platform.postgres import sql

#: The expiry of a key that never expires: the largest integer that is exact in JSON.
_NEVER_US: Final = 2**53 - 1
_US: Final = 1_000_000


class ApiKeyView(msgspec.Struct, frozen=True, kw_only=True):
    """An API key, without the key itself."""

    key_id: str
    name: str
    scopes: list[Scope]
    created_at: str
    expires_at: str | None


class NewApiKeyView(ApiKeyView, frozen=True, kw_only=True):
    """A new API key. The key itself is shown only once."""

    key: str


class ApiKeys(Lookup):
    """The API keys in the database, with a cache."""

    QUERY = "people/key_by_hash"
    CACHE_PREFIX = "key:"

    def add(
        self, maker: Caller, name: str, scopes: list[str], expires_in_s: int | None
    ) -> NewApiKeyView:
        """Create a key, and delete the user's expired ones.

        Raises
        ------
        InvalidInput
            If the user's role does not have a scope, or the user has too many keys.
        """
        wanted = _scopes_for(maker, scopes)
        key_id, key, now_us = random_ids.new_id(API_KEY), random_ids.new_api_key(), clock.now_us()
        expires_at_us = None if expires_in_s is None else now_us + expires_in_s * _US
        row = {
            "key_id": digits(key_id),
            "key_hash": hash_of(key),
            "user_id": digits(maker.user_id),
            "name": name,
            "scopes": wanted,
            "created_at": clock.from_us(now_us),
            "expires_at": None if expires_at_us is None else clock.from_us(expires_at_us),
            "at_most": MAX_API_KEYS,
        }
        with self._database.connection() as connection, connection.transaction():
            connection.execute(sql("people/lock_user"), row)
            connection.execute(sql("people/delete_ended_keys"), row)
            made = connection.execute(sql("people/insert_key"), row).rowcount
        if not made:
            raise InvalidInput.of("name", f"a user can have at most {MAX_API_KEYS} API keys")
        return NewApiKeyView(
            key_id=key_id,
            name=name,
            scopes=wanted,
            created_at=rfc3339_us(now_us),
            expires_at=None if expires_at_us is None else rfc3339_us(expires_at_us),
            key=key,
        )

    def of_user(self, user_id: str) -> list[ApiKeyView]:
        """Return a user's unexpired keys, oldest first."""
        return self._views(user_id, None)

    def find(self, user_id: str, key_id: str) -> ApiKeyView:
        """Return a user's key.

        Raises
        ------
        NotFound
            If it does not exist, has expired, or belongs to another user.
        """
        found = self._views(user_id, key_id)
        if not found:
            raise NotFound(_NO_KEY)
        return found[0]

    def remove(self, user_id: str, key_id: str) -> None:
        """Delete a key, which stops working everywhere within a second.

        Raises
        ------
        NotFound
            If it does not exist, has expired, or belongs to another user.
        """
        deleted = self._database.write(sql("people/delete_key"), _named(user_id, key_id))
        if not deleted:
            raise NotFound(_NO_KEY)
        self._forget(deleted[0][0])

    def _views(self, user_id: str, key_id: str | None) -> list[ApiKeyView]:
        rows = self._database.read(sql("people/keys_of_user"), _named(user_id, key_id))
        return [
            ApiKeyView(
                key_id=API_KEY + key,
                name=name,
                scopes=scopes,
                created_at=rfc3339_us(created_at_us),
                expires_at=None if expires_at_us is None else rfc3339_us(expires_at_us),
            )
            for key, name, scopes, created_at_us, expires_at_us in rows
        ]

    def _caller_of(self, row: tuple[Any, ...], now_us: int) -> Caller:
        user_id, role, expires_at_us, key_id, scopes = row
        return Caller(
            USER + user_id,
            role,
            _NEVER_US if expires_at_us is None else expires_at_us,
            now_us,
            API_KEY + key_id,
            frozenset(scopes),
        )


_NO_KEY: Final = "there is no such API key"


def _named(user_id: str, key_id: str | None) -> dict[str, Any]:
    return {
        "user_id": digits(user_id),
        "key_id": None if key_id is None else digits(key_id),
        "now": clock.from_us(clock.now_us()),
    }


def _scopes_for(maker: Caller, words: list[str]) -> list[Scope]:
    """Return the requested scopes without duplicates."""
    allowed = SCOPES if maker.is_operator else CUSTOMERS
    known: dict[str, Scope] = {scope: scope for scope in allowed}
    for place, word in enumerate(words):
        if word not in known:
            raise InvalidInput.of(f"scopes[{place}]", "must be one of " + ", ".join(allowed))
    return [known[word] for word in dict.fromkeys(words)]
