"""Keeps cached accounts in step with the ledger. The cache only saves time.

Before the commit, the keys of the changing accounts get this batch's marker, which sends readers to
the database. After the commit, the new state replaces the marker if it is still this batch's. So a
reader who saw a result never sees an older balance.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from handlers.domain.ids import digits
from handlers.domain.state import Account, PartitionState
from handlers.platform.redis import Cache
from handlers.reading.views import account_view

#: How many accounts are remembered whose cached state must still be dropped.
MAX_REMEMBERED: Final = 100_000

_encode: Final = msgspec.json.Encoder().encode


class AccountCache:
    """Updates the cache for a partition's writer."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        #: Batches whose accounts could not be marked, by partition (one batch at a time each).
        self._unmarked: dict[int, str] = {}
        #: Accounts whose state in the cache may predate a commit.
        self._stale: dict[str, None] = {}

    def before_commit(self, state: PartitionState, marker: str) -> None:
        """Mark the accounts that are about to change."""
        self._unmarked.pop(state.partition, None)
        self._forget(())
        changed = _ids(state)
        if changed and not self._cache.mark(changed, marker.encode()):
            self._unmarked[state.partition] = marker

    def after_commit(self, state: PartitionState, marker: str) -> None:
        """Publish the accounts' new state to readers."""
        if self._unmarked.pop(state.partition, None) == marker:
            # Without a marker the old state may still be cached, and must be dropped.
            self._forget(_ids(state))
            return
        views = {
            account.account_id: _encode(_view(account))
            for account in _changed(state)
            # Accounts whose metadata was not loaded stay marked and are read from the database.
            if account.metadata is not msgspec.UNSET
        }
        self._cache.publish(views, marker.encode())

    def _forget(self, account_ids: Iterable[str]) -> None:
        """Drop accounts, and those that could not be dropped before, or retry with the next batch.

        Entries expire, so the list of accounts to drop can be bounded.
        """
        self._stale.update(dict.fromkeys(account_ids))
        if self._stale and (
            self._cache.forget(list(self._stale)) or len(self._stale) > MAX_REMEMBERED
        ):
            self._stale.clear()


def _ids(state: PartitionState) -> list[str]:
    return [account.account_id for account in _changed(state)]


def _changed(state: PartitionState) -> list[Account]:
    return [
        account
        for account in state.accounts.values()
        if account.kind == "customer" and (account.is_changed or account.is_new)
    ]


def _view(account: Account) -> msgspec.Struct:
    return account_view(
        digits(account.account_id),
        digits(account.user_id or ""),
        account.name,
        account.metadata or None,
        account.currency,
        account.balance,
        account.held,
        account.overdraft_limit,
        account.daily_amount,
        account.daily_count,
        account.frozen,
        account.is_closed,
        account.version,
        account.created_at_us,
    )
