"""A cache of values that never change once they exist."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterable
from typing import LiteralString

from handlers.domain.ids import digits
from handlers.platform.postgres import Database
from handlers.sharding.lookups import Found


class Remembered(ABC):
    """Maps ids to other ids by a query. Missing ids are not cached.

    Parameters
    ----------
    query
        Takes an array of keys' digits; each row has a key's digits and its value's.
    key_prefix, value_prefix
        The prefixes of the ids, from ``handlers.domain.ids``.
    at_most
        The maximum number of entries.
    """

    def __init__(
        self, query: LiteralString, key_prefix: str, value_prefix: str, at_most: int
    ) -> None:
        self._query = query
        self._prefixes = key_prefix, value_prefix
        self._at_most = at_most
        self._known: OrderedDict[str, str] = OrderedDict()

    def get(self, key: str) -> str | None:
        """Return a key's value, or None if it does not exist yet.

        Raises
        ------
        Unavailable
            If it can't be read.
        """
        return self._known.get(key) or self.get_all([key]).get(key)

    def get_all(self, keys: Iterable[str]) -> Found[str]:
        """Return the values of the keys that have one, with one query at most for each shard.

        Raises
        ------
        Unavailable
            If no value can be read. If only some can't, looking at those in the result raises.
        """
        wanted = set(keys)
        known = {key: value for key in wanted if (value := self._known.get(key)) is not None}
        unknown = list(wanted - known.keys())
        found = self._look_up(unknown) if unknown else Found[str]()
        self._known.update(found.values)
        while len(self._known) > self._at_most:
            self._known.popitem(last=False)
        found.values.update(known)
        return found

    @abstractmethod
    def _look_up(self, keys: list[str]) -> Found[str]:
        """Find keys' values where they are."""

    def _read(self, database: Database, keys: list[str]) -> dict[str, str]:
        key_prefix, value_prefix = self._prefixes
        rows = database.read(self._query, ([digits(key) for key in keys],))
        return {key_prefix + key: value_prefix + value for key, value in rows}
