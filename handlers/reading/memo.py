"""Values that never change once they are there, so that each is read once and remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import LiteralString

from handlers.domain.ids import digits
from handlers.platform.postgres import Database


class Remembered:
    """Ids by other ids, as a query gives them; of those that it doesn't give, nothing is kept.

    Parameters
    ----------
    query
        Takes an array of keys' digits; each row is a key's digits and its value's.
    key_prefix, value_prefix
        What the ids name, of ``handlers.domain.ids``.
    at_most
        How many are remembered.
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
        """Return a key's value, or None if there is none (yet)."""
        return self._known.get(key) or self.get_all([key]).get(key)

    def get_all(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the values of those keys that have one, by one query at most."""
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
