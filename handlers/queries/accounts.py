"""Reading accounts, with the cache in front, and who owns them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from handlers.adapters.postgres import Database, sql
from handlers.adapters.redis import MARKER_SIGN, Cache
from handlers.clock import from_us, rfc3339, rfc3339_us
from handlers.domain.ids import ACCOUNT, USER, digits
from handlers.errors import Forbidden, NotFound
from handlers.people.sessions import Caller
from handlers.queries.cursors import LOWEST_UUID
from handlers.queries.moments import require_past
from handlers.queries.rows import RowsByKey
from handlers.queries.views import AccountView, BalanceView, account_view

MAX_OWNERS: Final = 200_000

_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(AccountView)


class AccountCursor(NamedTuple):
    """The last account of a page: when it was opened (microseconds) and its id's digits."""

    opened_at_us: int = 0
    account_digits: str = LOWEST_UUID


class Owners:
    """Who owns an account, which never changes once it is open, so it is remembered."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[str, str] = OrderedDict()

    def load(self, account_ids: Iterable[str]) -> None:
        """Learn the owners of accounts by one query, as far as they aren't known."""
        unknown = [digits(account) for account in set(account_ids) if account not in self._known]
        if not unknown:
            return
        for account, user in self._database.read(sql("queries/account_owners"), (unknown,)):
            self._known[ACCOUNT + account] = USER + user
        while len(self._known) > MAX_OWNERS:
            self._known.popitem(last=False)

    def owner_of(self, account_id: str) -> str | None:
        """Return the id of the user whose account it is, or None if there is no such account."""
        owner = self._known.get(account_id)
        if owner is None:
            self.load([account_id])
            owner = self._known.get(account_id)
        return owner

    def require_own(self, caller: Caller, account_id: str) -> None:
        """See that an account is the caller's own: nobody moves another's money.

        Raises
        ------
        NotFound
            If there is none, or it is another user's.
        Forbidden
            If the caller is an operator, who may see it, but not this.
        """
        owner = self._known.get(account_id) or self.owner_of(account_id)
        if owner == caller.user_id:
            return
        if owner is not None and caller.is_operator:
            raise Forbidden("operators don't move other users' money")
        raise _missing(account_id)

    def require(self, caller: Caller, account_id: str) -> None:
        """See that the caller may see an account: its owner, or an operator.

        Raises
        ------
        NotFound
            If there is none, or it is another user's and the caller is no operator.
        """
        owner = self._known.get(account_id) or self.owner_of(account_id)
        if owner is None or (owner != caller.user_id and not caller.is_operator):
            raise _missing(account_id)


class Accounts:
    """Reads accounts.

    Parameters
    ----------
    topic
        The commands topic, whose partitions' clocks postings have their times from.
    """

    def __init__(self, database: Database, cache: Cache, topic: str) -> None:
        self._database = database
        self._cache = cache
        self._topic = topic
        self._rows = RowsByKey(database, sql("queries/account"))

    def json(self, caller: Caller, account_id: str) -> bytes:
        """Return an account's JSON, an encoded `AccountView`.

        Raises
        ------
        NotFound
            If there is none, or it is another user's and the caller is no operator.
        """
        cached = self._cache.get_account(account_id)
        if cached is not None and not cached.startswith(MARKER_SIGN):
            owner = _owner_in(cached)
            if owner is not None:
                if not _may_see(caller, owner):
                    raise _missing(account_id)
                return cached
        view = self.find(account_id)
        if view is None or not _may_see(caller, view.user_id):
            raise _missing(account_id)
        json = _encoder.encode(view)
        if cached is None:
            self._cache.fill_account(account_id, json)
        return json

    def find(self, account_id: str) -> AccountView | None:
        """Return an account from the database, whoever asks."""
        rows = self._rows.of(digits(account_id))
        return account_view(*rows[0]) if rows else None

    def of_user(
        self, user_id: str, after: AccountCursor, limit: int
    ) -> tuple[list[AccountView], AccountCursor | None]:
        """Return a page of a user's accounts, oldest first, and the cursor of the next page."""
        rows = self._database.read(
            sql("queries/accounts_of_user"),
            {
                "user_id": digits(user_id),
                "after_time": from_us(after.opened_at_us),
                "after_id": after.account_digits,
                "rows": limit + 1,
            },
        )
        page = rows[:limit]
        more = len(rows) > limit
        cursor = AccountCursor(page[-1][-1], page[-1][0]) if more else None
        return [account_view(*row) for row in page], cursor

    def balance(self, account_id: str) -> BalanceView:
        """Return an account's balance by its latest version, whatever any clock says."""
        parameters = {"account_id": digits(account_id), "topic": self._topic}
        rows = self._database.read(sql("queries/balance"), parameters)
        if not rows:
            raise _missing(account_id)
        version, balance, held, latest_us = rows[0]
        return BalanceView(balance, held, balance - held, version, rfc3339_us(latest_us))

    def balance_at(self, account_id: str, at: datetime) -> BalanceView:
        """Return an account's balance and holds as they were at a time, that time included.

        Raises
        ------
        InvalidInput
            If the time has not come yet.
        """
        parameters = {"account_id": digits(account_id), "topic": self._topic, "at": at}
        rows = self._database.read(sql("queries/balance_at"), parameters)
        if not rows:
            raise _missing(account_id)
        version, balance, held, latest_us = rows[0]
        require_past("at", at, from_us(latest_us))
        return BalanceView(balance, held, balance - held, version, rfc3339(at))


def _owner_in(json: bytes) -> str | None:
    try:
        return _decoder.decode(json).user_id
    except msgspec.DecodeError:
        # Written by another version of this program: as good as nothing.
        return None


def _may_see(caller: Caller, owner: str) -> bool:
    return owner == caller.user_id or caller.is_operator


def _missing(account_id: str) -> NotFound:
    return NotFound(f"there is no account {account_id}")
