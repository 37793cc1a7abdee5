"""Reads an account's limits and what is left of them today."""

from __future__ import annotations

import msgspec

from handlers.domain.ids import digits
from handlers.domain.state import DAY_US
from handlers.platform.clock import rfc3339_us
from handlers.platform.errors import NotFound
from handlers.platform.postgres import sql
from handlers.reading.accounts import NO_ACCOUNT
from handlers.sharding.shards import Shards


class LimitsView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account's limits and what is left of them. Amounts are in minor units; null is no limit.

    ``overdraft_left`` is the part of the overdraft limit that the balance and holds don't use.  A
    day is the UTC day of a command's time in the log; the daily counts reset at ``resets_at``.
    """

    account_id: str
    currency: str
    overdraft_limit: int
    overdraft_left: int
    daily_amount: int | None
    daily_amount_used: int
    daily_amount_left: int | None
    daily_count: int | None
    daily_count_used: int
    daily_count_left: int | None
    resets_at: str


class Limits:
    """Reads limits.

    Parameters
    ----------
    topic
        The commands topic, whose partitions' clocks decide the day.
    """

    def __init__(self, shards: Shards, topic: str) -> None:
        self._shards = shards
        self._topic = topic

    def find(self, account_id: str) -> LimitsView:
        """Return an account's limits and what is left of them now, whoever asks.

        Raises
        ------
        NotFound
            If there is no such account.
        """
        parameters = {"account_id": digits(account_id), "topic": self._topic}
        rows = self._shards.of_account(account_id).read(sql("reading/limits"), parameters)
        if not rows:
            raise NotFound(NO_ACCOUNT)
        currency, balance, held, overdraft, amount, count, day, *used, latest_us = rows[0]
        today = latest_us // DAY_US
        # The counters belong to the last day on which anything was counted.
        amount_used, count_used = used if day == today else (0, 0)
        return LimitsView(
            account_id=account_id,
            currency=currency,
            overdraft_limit=overdraft,
            overdraft_left=overdraft - max(0, held - balance),
            daily_amount=amount,
            daily_amount_used=amount_used,
            daily_amount_left=_left(amount, amount_used),
            daily_count=count,
            daily_count_used=count_used,
            daily_count_left=_left(count, count_used),
            resets_at=rfc3339_us((today + 1) * DAY_US),
        )


def _left(limit: int | None, used: int) -> int | None:
    # The limit may be below what was used before it was lowered.
    return None if limit is None else max(0, limit - used)
