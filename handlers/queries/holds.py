"""Reading holds: which account one is on, which never changes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from handlers.adapters.postgres import Database, sql
from handlers.domain.ids import ACCOUNT, digits
from handlers.errors import NotFound

MAX_REMEMBERED: Final = 20_000


class Holds:
    """Where holds are."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[str, str] = OrderedDict()

    def account_of(self, hold_id: str) -> str:
        """Return the account that a hold is on.

        Raises
        ------
        NotFound
            If there is no such hold (yet: it is there once it is applied).
        """
        account_id = self._known.get(hold_id)
        if account_id is None:
            rows = self._database.read(sql("queries/hold_account"), (digits(hold_id),))
            if not rows:
                raise NotFound(f"there is no hold {hold_id}")
            account_id = ACCOUNT + str(rows[0][0])
            self._known[hold_id] = account_id
            if len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return account_id
