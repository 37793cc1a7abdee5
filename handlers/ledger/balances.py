"""Keeping the cache of accounts in step with the ledger; never needed for a right answer.

Before the commit the keys of the accounts that change get this batch's marker, at which readers
turn to the database; after it the marker, if still this batch's own, gives way to the new state.
So a reader who saw a result never sees a balance from before it.
"""

from __future__ import annotations

from handlers.adapters.redis import Cache
from handlers.domain.state import Lane


class AccountCache:
    """Writes accounts to the cache on behalf of a partition's writer."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def before_commit(self, lane: Lane, marker: str) -> None:
        """Mark the accounts that are about to change."""
        self._cache.mark(_changed(lane), marker.encode())

    def after_commit(self, lane: Lane, marker: str) -> None:
        """Let readers have the accounts' new state."""


def _changed(lane: Lane) -> list[str]:
    return [
        account.account_id
        for account in lane.accounts.values()
        if account.kind == "customer" and (account.is_changed or account.is_new)
    ]
