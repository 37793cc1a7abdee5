"""Reading holds: which account one is on, which never changes."""

from __future__ import annotations

from typing import Final

from handlers.adapters.postgres import Database, sql
from handlers.domain.ids import ACCOUNT, HOLD
from handlers.queries.remembered import Remembered

MAX_REMEMBERED: Final = 20_000


class Holds(Remembered):
    """Which account a hold is on; it is known once the hold is applied."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, sql("queries/hold_accounts"), HOLD, ACCOUNT, MAX_REMEMBERED)

    account_of = Remembered.get
    accounts_of = Remembered.get_all
