"""Reading an account's history: entries and statements."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from handlers.adapters.postgres import Database, sql
from handlers.clock import rfc3339, rfc3339_us
from handlers.domain.ids import ACCOUNT, TRANSACTION, digits
from handlers.domain.state import RETURN_LEG
from handlers.errors import InvalidInput
from handlers.queries.views import NULL, AccountView, EntryView, StatementView

LAST_VERSION: Final = 9_223_372_036_854_775_807
#: Some 4 MB of JSON, which is below what a Lambda function may answer with (6 MB).
MAX_STATEMENT_ENTRIES: Final = 10_000


class Entries:
    """Reads the entries of accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, account_id: str, start: datetime, end: datetime, before_version: int, limit: int
    ) -> tuple[list[EntryView], int | None]:
        """Return a page of entries, newest first, and the version to go on before.

        Parameters
        ----------
        start, end
            From when (included) until when (excluded).
        """
        rows = self._database.read(
            sql("queries/entries"),
            {
                "account_id": digits(account_id),
                "before": before_version,
                "from": start,
                "to": end,
                "rows": limit + 1,
            },
        )
        page = [_entry(row) for row in rows[:limit]]
        return page, page[-1].version if len(rows) > limit else None

    def statement(self, account: AccountView, start: datetime, end: datetime) -> StatementView:
        """Return what happened to an account from ``start`` (included) to ``end`` (excluded).

        Raises
        ------
        InvalidInput
            If the period has more than `MAX_STATEMENT_ENTRIES` entries.
        """
        newest_first, more = self.page(
            account.account_id, start, end, LAST_VERSION, MAX_STATEMENT_ENTRIES
        )
        if more is not None:
            raise InvalidInput.of(
                "from", f"the period has more than {MAX_STATEMENT_ENTRIES} entries: narrow it"
            )
        entries = newest_first[::-1]
        if entries:
            opening = entries[0].balance_after - entries[0].amount
            closing = entries[-1].balance_after
        else:
            opening = closing = self._balance_before(account.account_id, start)
        return StatementView(
            account_id=account.account_id,
            currency=account.currency,
            from_=rfc3339(start),
            to=rfc3339(end),
            opening_balance=opening,
            closing_balance=closing,
            entries=entries,
        )

    def _balance_before(self, account_id: str, moment: datetime) -> int:
        # Times have whole microseconds: the last before a moment is one less.
        parameters = {"account_id": digits(account_id), "at": moment - timedelta(microseconds=1)}
        rows = self._database.read(sql("queries/balance_at"), parameters)
        return int(rows[0][1]) if rows else 0


def _entry(row: tuple[Any, ...]) -> EntryView:
    version, transaction, leg, amount, balance_after, link, posted_at_us = row[:7]
    kind, counterparty, description, metadata = row[7:]
    return EntryView(
        version,
        TRANSACTION + transaction,
        "return" if leg == RETURN_LEG else kind,
        amount,
        balance_after,
        ACCOUNT + counterparty if counterparty else None,
        description,
        msgspec.Raw(metadata.encode()) if metadata else NULL,
        rfc3339_us(posted_at_us),
        link,
    )
