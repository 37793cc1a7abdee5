"""Reads accounts, through a cache, and their owners."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from handlers.domain.callers import Caller
from handlers.domain.ids import ACCOUNT, USER, digits
from handlers.platform.clock import from_us, rfc3339, rfc3339_us
from handlers.platform.errors import NotFound
from handlers.platform.postgres import sql
from handlers.platform.redis import MARKER_SIGN, Cache
from handlers.reading.cursors import LOWEST_UUID
from handlers.reading.keyed_rows import RowsOfShards
from handlers.reading.memo import Remembered
from handlers.reading.moments import require_past
from handlers.reading.views import AccountView, BalanceView, account_view
from handlers.sharding.lookups import Found, of_accounts
from handlers.sharding.pages import merged_page
from handlers.sharding.shards import Shard, Shards

MAX_OWNERS: Final = 200_000
#: Also used for another user's account, so that the two can't be told apart.
NO_ACCOUNT: Final = "there is no such account"

_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(AccountView)


class AccountCursor(NamedTuple):
    """The last account of a page: its opening time (microseconds) and its id's digits."""

    created_at_us: int = 0
    account_digits: str = LOWEST_UUID


class Owners(Remembered):
    """Reads accounts' owners, which never change."""

    def __init__(self, shards: Shards) -> None:
        super().__init__(sql("reading/account_owners"), ACCOUNT, USER, MAX_OWNERS)
        self._shards = shards

    owner_of = Remembered.get
    owners_of = Remembered.get_all

    def require(self, caller: Caller, account_id: str) -> None:
        """Check that the caller may see an account: its owner, or an operator.

        Raises
        ------
        NotFound
            If it does not exist, or belongs to another user and the caller is not an operator.
        """
        if not may_see(caller, self.owner_of(account_id)):
            raise NotFound(NO_ACCOUNT)

    def _look_up(self, keys: list[str]) -> Found[str]:
        return of_accounts(self._shards, keys, self._read)


class Accounts:
    """Reads accounts.

    Parameters
    ----------
    topic
        The commands topic, whose partitions' clocks give postings their times.
    """

    def __init__(self, shards: Shards, cache: Cache, topic: str) -> None:
        self._shards = shards
        self._cache = cache
        self._topic = topic
        self._rows = RowsOfShards(shards, sql("reading/account"))

    def json(self, caller: Caller, account_id: str) -> bytes:
        """Return an account's JSON, an encoded `AccountView`.

        Raises
        ------
        NotFound
            If it does not exist, or belongs to another user and the caller is not an operator.
        """
        cached = self._cache.get_account(account_id)
        if cached is not None and not cached.startswith(MARKER_SIGN):
            owner = _owner_in(cached)
            if owner is not None:
                if not may_see(caller, owner):
                    raise NotFound(NO_ACCOUNT)
                return cached
        view = self.find(account_id)
        if view is None or not may_see(caller, view.user_id):
            raise NotFound(NO_ACCOUNT)
        json = _encoder.encode(view)
        if cached is None:
            self._cache.fill_account(account_id, json)
        return json

    def find(self, account_id: str) -> AccountView | None:
        """Return an account from the database, whoever asks."""
        rows = self._rows.on(self._shards.number_of_account(account_id)).of(digits(account_id))
        return account_view(*rows[0]) if rows else None

    def of_user(
        self, user_id: str, after: AccountCursor, limit: int, metadata: str | None = None
    ) -> tuple[list[AccountView], AccountCursor | None]:
        """Return a page of a user's accounts, oldest first, and the cursor of the next page.

        Parameters
        ----------
        metadata
            The metadata that the accounts must have, as JSON.
        """
        wanted = {
            "user_id": digits(user_id),
            "after_time": from_us(after.created_at_us),
            "after_id": after.account_digits,
            "metadata": metadata,
            "rows": limit + 1,
        }

        def read(shard: Shard, absent: list[int]) -> list[tuple[Any, ...]]:
            query = sql("reading/accounts_of_user")
            return shard.database.read(query, wanted | {"absent": absent})

        rows = merged_page(self._shards, read, _place_of, limit + 1)
        page = rows[:limit]
        more = len(rows) > limit
        cursor = _place_of(page[-1]) if more else None
        return [account_view(*row) for row in page], cursor

    def balance(self, account_id: str) -> BalanceView:
        """Return an account's balance at its latest version, without using any clock."""
        parameters = {"account_id": digits(account_id), "topic": self._topic}
        database = self._shards.of_account(account_id)
        rows = database.read(sql("reading/balance"), parameters)
        if not rows:
            raise NotFound(NO_ACCOUNT)
        version, balance, held, latest_us = rows[0]
        return BalanceView(balance, held, balance - held, version, rfc3339_us(latest_us))

    def balance_at(self, account_id: str, at: datetime) -> BalanceView:
        """Return an account's balance and holds at a time, inclusive.

        Raises
        ------
        InvalidInput
            If the time is in the future.
        """
        parameters = {"account_id": digits(account_id), "topic": self._topic, "at": at}
        database = self._shards.of_account(account_id)
        rows = database.read(sql("reading/balance_at"), parameters)
        if not rows:
            raise NotFound(NO_ACCOUNT)
        version, balance, held, latest_us = rows[0]
        require_past("at", at, from_us(latest_us))
        return BalanceView(balance, held, balance - held, version, rfc3339(at))


def _place_of(row: tuple[Any, ...]) -> AccountCursor:
    return AccountCursor(row[-1], row[0])


def _owner_in(json: bytes) -> str | None:
    try:
        return _decoder.decode(json).user_id
    except msgspec.DecodeError:
        # Another version of this program wrote it, so ignore it.
        return None


def may_see(caller: Caller, owner: str | None) -> bool:
    """Tell whether the caller may see an account with this owner (None if it does not exist)."""
    return owner is not None and (owner == caller.user_id or caller.is_operator)
