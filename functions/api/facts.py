"""The facts about objects that requests name, read one by one or for a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from functions import wiring
from handlers.domain.ids import ACCOUNT, HOLD, PREFIX_LENGTH, TRANSACTION
from handlers.reading.legs import OwnedLeg
from handlers.reading.transactions import left_at


class Facts(Protocol):
    """The facts that authorization needs."""

    def owner_of(self, account_id: str) -> str | None:
        """Return the account's owner, or None if there is no such account."""

    def account_of(self, hold_id: str) -> str | None:
        """Return the hold's account, or None if there is no such hold."""

    def legs_of(self, transaction_id: str) -> list[OwnedLeg]:
        """Return the transaction's legs, or an empty list if there is no such transaction."""


class Direct:
    """Reads each fact when it is needed."""

    def owner_of(self, account_id: str) -> str | None:
        """See `Facts`."""
        return wiring.owners().owner_of(account_id)

    def account_of(self, hold_id: str) -> str | None:
        """See `Facts`."""
        return wiring.holds().account_of(hold_id)

    def legs_of(self, transaction_id: str) -> list[OwnedLeg]:
        """See `Facts`."""
        return wiring.transactions().legs(transaction_id)


DIRECT: Final = Direct()


class Gathered:
    """Reads all facts up front, with one query per type of object and shard.

    If a shard is away, only the questions about its objects raise.

    Parameters
    ----------
    object_ids
        The accounts, holds and transactions to look up.

    Raises
    ------
    Unavailable
        If the database can't be reached.
    """

    def __init__(self, object_ids: Iterable[str]) -> None:
        by_sort: dict[str, set[str]] = {ACCOUNT: set(), HOLD: set(), TRANSACTION: set()}
        for object_id in object_ids:
            by_sort[object_id[:PREFIX_LENGTH]].add(object_id)
        self._accounts = wiring.holds().accounts_of(by_sort[HOLD])
        self._legs = wiring.transactions().legs_of(by_sort[TRANSACTION])
        accounts = by_sort[ACCOUNT].union(self._accounts.values.values())
        legs_of_each = self._legs.values.values()
        accounts.update(filter(None, (left_at(legs) for legs in legs_of_each if legs)))
        self._owners = wiring.owners().owners_of(accounts)

    def owner_of(self, account_id: str) -> str | None:
        """See `Facts`."""
        return self._owners.get(account_id)

    def account_of(self, hold_id: str) -> str | None:
        """See `Facts`."""
        return self._accounts.get(hold_id)

    def legs_of(self, transaction_id: str) -> list[OwnedLeg]:
        """See `Facts`."""
        return self._legs.get(transaction_id) or []
