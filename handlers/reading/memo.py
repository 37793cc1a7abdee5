"""A cache of values that never change once they exist."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import LiteralString

from handlers.domain.ids import digits
from handlers.platform.postgres import Database


class Remembered:
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
        self,
        database: Database,
        query: LiteralString,
        key_prefix: str,
        value_prefix: str,
        at_most: int,
    ) -> None:
        self._database = database
        self._query = query
        self._prefixes = key_prefix, value_prefix
        self._at_most = at_most
        self._known: OrderedDict[str, str] = OrderedDict()

    def get(self, key: str) -> str | None:
        """Return a key's value, or None if it does not exist yet."""
        return self._known.get(key) or self.get_all([key]).get(key)

    def get_all(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the values of the keys that have one, with one query at most."""
        wanted = set(keys)
        known = {key: value for key in wanted if (value := self._known.get(key)) is not None}
        unknown = [digits(key) for key in wanted - known.keys()]
        if not unknown:
            return known
        key_prefix, value_prefix = self._prefixes
        rows = self._database.read(self._query, (unknown,))
        found = {key_prefix + key: value_prefix + value for key, value in rows}
        self._known.update(found)
        while len(self._known) > self._at_most:
            self._known.popitem(last=False)
        return known | found
