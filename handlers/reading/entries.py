"""Reads an account's history: entries and statements."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from handlers.domain.ids import ACCOUNT, TRANSACTION, digits
from handlers.domain.state import RETURN_LEG
from handlers.platform.clock import MOMENT, from_us, rfc3339, rfc3339_us
from handlers.platform.errors import InvalidInput, NotFound
from handlers.platform.postgres import sql
from handlers.reading.accounts import NO_ACCOUNT
from handlers.reading.moments import require_order, require_past
from handlers.reading.views import NULL, EntryView, StatementView
from handlers.sharding.shards import Shards

LAST_VERSION: Final = 9_223_372_036_854_775_807
#: About 4 MB of JSON, below the 6 MB limit of a Lambda function's response.
MAX_STATEMENT_ENTRIES: Final = 10_000
BEFORE_OPENING: Final = "must not be before the account's opening"


class Period(NamedTuple):
    """A start (inclusive) and an end (exclusive)."""

    start: datetime
    end: datetime


class Entries:
    """Reads the entries of accounts.

    Parameters
    ----------
    topic
        The commands topic, whose partitions' clocks give postings their times.
    """

    def __init__(self, shards: Shards, topic: str) -> None:
        self._shards = shards
        self._topic = topic

    def page(
        self,
        account_id: str,
        start: datetime,
        end: datetime,
        before_version: int,
        limit: int,
        *,
        reader: str | None,
    ) -> tuple[list[EntryView], int | None]:
        """Return a page of entries, newest first, and the version where the next page starts.

        Parameters
        ----------
        start, end
            The start (inclusive) and end (exclusive).
        reader
            See `handlers.reading.metadata.reader_of`.
        """
        rows = self._shards.of_account(account_id).read(
            sql("reading/entries"),
            {
                "account_id": digits(account_id),
                "before": before_version,
                "from": start,
                "to": end,
                "reader": digits(reader) if reader else None,
                "rows": limit + 1,
            },
        )
        page = [_entry(row) for row in rows[:limit]]
        return page, page[-1].version if len(rows) > limit else None

    def statement(
        self, account_id: str, start: datetime | None, end: datetime | None, *, reader: str | None
    ) -> StatementView:
        """Return an account's statement for a period.

        Parameters
        ----------
        start, end
            The start (inclusive; by default the account's opening) and the end (exclusive; by
            default, or if in the future, after the latest entry).
        reader
            See `handlers.reading.metadata.reader_of`.

        Raises
        ------
        NotFound
            If there is no such account.
        InvalidInput
            If the period ends before it starts, starts in the future, or has more than
            `MAX_STATEMENT_ENTRIES` entries.
        """
        rows = self._shards.of_account(account_id).read(
            sql("reading/statement"), {"account_id": digits(account_id), "topic": self._topic}
        )
        if not rows:
            raise NotFound(NO_ACCOUNT)
        currency, created_at_us, latest_us = rows[0]
        period = _period(start, end, from_us(created_at_us), from_us(latest_us))
        newest_first, more = self.page(
            account_id, *period, LAST_VERSION, MAX_STATEMENT_ENTRIES, reader=reader
        )
        if more is not None:
            message = f"the period has more than {MAX_STATEMENT_ENTRIES} entries: shorten it"
            raise InvalidInput.of("from" if start or not end else "to", message)
        entries = newest_first[::-1]
        if entries:
            opening = entries[0].balance_after - entries[0].amount
            closing = entries[-1].balance_after
        else:
            opening = closing = self._balance_before(account_id, period.start)
        return StatementView(
            account_id=account_id,
            currency=currency,
            from_=rfc3339(period.start),
            to=rfc3339(period.end),
            opening_balance=opening,
            closing_balance=closing,
            entries=entries,
        )

    def _balance_before(self, account_id: str, moment: datetime) -> int:
        parameters = {
            "account_id": digits(account_id),
            "at": moment - MOMENT,
            "topic": self._topic,
        }
        rows = self._shards.of_account(account_id).read(sql("reading/balance_at"), parameters)
        return int(rows[0][1]) if rows else 0


def _period(
    start: datetime | None, end: datetime | None, created_at: datetime, latest: datetime
) -> Period:
    """Return a statement's period, cut off at the latest moment.

    Raises
    ------
    InvalidInput
        If a parameter that the client sent is out of range.
    """
    if start is not None:
        require_past("from", start, latest)
        if end is not None:
            require_order(start, end)
    elif end is not None and end < created_at:
        raise InvalidInput.of("to", BEFORE_OPENING)
    # The end is exclusive, so add one moment to include the latest one.
    last_end = latest + MOMENT
    return Period(start or created_at, min(end or last_end, last_end))


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
