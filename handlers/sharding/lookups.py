"""Looks up many keys at once where their rows may be in several databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from handlers.platform.errors import Unavailable
from handlers.platform.postgres import Database
from handlers.sharding.shards import ShardMap, Shards

Value = TypeVar("Value")


class Found(Generic[Value]):
    """Values by key. Those on a shard that is away are not known, and don't count as missing.

    Attributes
    ----------
    values
        The values of the keys that have one, as far as they could be read.
    """

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self._unread: dict[str, Unavailable] = {}

    def unread(self, keys: Iterable[str], error: Unavailable) -> None:
        """Note that keys could not be looked up, and forget what is known of them in part."""
        for key in keys:
            self.values.pop(key, None)
            self._unread[key] = error

    def get(self, key: str) -> Value | None:
        """Return a key's value, or None if it has none.

        Raises
        ------
        Unavailable
            If it may have one on a shard that can't be reached.
        """
        if key in self.values:
            return self.values[key]
        if key in self._unread:
            raise Unavailable(self._unread[key].detail) from self._unread[key]
        return None


def of_accounts(
    shards: Shards,
    account_ids: Iterable[str],
    read: Callable[[Database, list[str]], Mapping[str, Value]],
) -> Found[Value]:
    """Look up values by account, each on its account's shard.

    Parameters
    ----------
    read
        Reads the values of some accounts from one database.

    Raises
    ------
    Unavailable
        If there is just one database, and it can't be reached.
    """
    found: Found[Value] = Found()
    for number, wanted in shards.by_account(account_ids).items():
        try:
            found.values.update(read(shards.database(number), wanted))
        except Unavailable as error:
            if shards.is_one:
                raise
            found.unread(wanted, error)
    return found


def anywhere(
    shards: Shards,
    keys: Sequence[str],
    read: Callable[[Database, list[str]], Mapping[str, Value]],
    belongs: Callable[[Value, ShardMap], int],
) -> Found[Value]:
    """Look up values by keys that don't say which shard has them, on one shard after the other.

    Parameters
    ----------
    read
        Reads the values of some keys from one database.
    belongs
        Returns the shard where a value counts: a partition that moves has rows on two.

    Raises
    ------
    Unavailable
        If there is just one database, and it can't be reached.
    """
    found: Found[Value] = Found()
    if shards.is_one:
        found.values.update(read(shards.home, list(keys)))
        return found
    places = shards.map()
    for shard in shards.each:
        wanted = [key for key in keys if key not in found.values]
        if not wanted:
            break
        try:
            values = read(shard.database, wanted)
        except Unavailable as error:
            found.unread(wanted, error)
            continue
        found.values.update(
            {key: one for key, one in values.items() if belongs(one, places) == shard.number}
        )
    return found


def one_anywhere(
    shards: Shards,
    read: Callable[[Database], Value | None],
    belongs: Callable[[Value, ShardMap], int],
) -> Value | None:
    """Look up one value on one shard after the other; None if no shard has it.

    Raises
    ------
    Unavailable
        If it was not found, and a shard that may have it can't be reached.
    """

    def read_one(database: Database, _keys: list[str]) -> dict[str, Value]:
        value = read(database)
        return {} if value is None else {"": value}

    return anywhere(shards, [""], read_one, belongs).get("")
