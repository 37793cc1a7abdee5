"""Attempts at deliveries: which are due, who makes them, and when the next ones are."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import uuid4

from handlers.platform.backoff import Backoff
from handlers.platform.postgres import Database, sql
from handlers.webhooks.transport import Outcome
from handlers.webhooks.turns import SLOW_MS, Ready

#: How long a claim holds; an attempt, which takes less, is over by then.
LEASE_S: Final = 30
#: How many attempts a delivery has.
MAX_ATTEMPTS: Final = 12
#: How long a delivery is left alone after a failed attempt.
DELIVERY_BACKOFF: Final = Backoff(first_s=5, last_s=3600)
#: How long a webhook is, after failures in a row, whatever the delivery.
WEBHOOK_BACKOFF: Final = Backoff(first_s=1, last_s=60)
#: From how many milliseconds on it is kept how long a receiver takes.
KEPT_MS: Final = 250
#: How many webhooks are looked at at once, and of a webhook how many accounts.
WEBHOOKS_AT_ONCE: Final = 500
ACCOUNTS_AT_ONCE: Final = 100
RETENTION_DAYS: Final = 30
MAX_DELETED: Final = 5000


class Claimed(NamedTuple):
    """A delivery that is ours for a while; ids without prefixes."""

    delivery: str
    webhook: str
    user: str
    answer_ms: int
    event_id: str
    payload: str
    attempts: int
    url: str
    secret: str


class Found(NamedTuple):
    """Webhooks that have something pending.

    Attributes
    ----------
    ready
        Those of them that are not in a backoff.
    slow_backoff_s
        When the first backoff of a slow one among the others ends, in seconds from now; None if
        there is none.
    is_end
        Whether this was the last look of a round through all of them.
    """

    ready: list[Ready]
    slow_backoff_s: float | None
    is_end: bool


class DueDeliveries:
    """The deliveries that are due, for one sender."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Where the round through the webhooks has come to; None before the first of them.
        self._after: str | None = uuid4().hex

    def look(self) -> Found:
        """Look for webhooks that have something pending, where the last look ended."""
        rows = self._database.read(
            sql("webhooks/waiting"), {"after": self._after, "at_most": WEBHOOKS_AT_ONCE}
        )
        is_end = len(rows) < WEBHOOKS_AT_ONCE
        self._after = None if is_end else rows[-1][0]
        seen = [(Ready(*row[:3]), row[3]) for row in rows]
        slow = [backoff_ms for one, backoff_ms in seen if backoff_ms and one.is_slow]
        return Found(
            ready=[one for one, backoff_ms in seen if not backoff_ms],
            slow_backoff_s=min(slow) / 1000 if slow else None,
            is_end=is_end,
        )

    def claim(self, counts: Mapping[str, int]) -> list[Claimed]:
        """Claim so many deliveries of each webhook, or as many as are due."""
        rows = self._database.write(
            sql("webhooks/claim"),
            {
                "webhook_ids": list(counts),
                "counts": list(counts.values()),
                "start": secrets.token_hex(16),
                "steps": ACCOUNTS_AT_ONCE,
                "lease_s": LEASE_S,
            },
        )
        return [Claimed(*row) for row in rows]

    def note_delivered(self, one: Claimed, status: int | None, took_ms: int) -> Ready:
        """Note that a delivery was taken; return its webhook as it is now."""
        rows = self._database.write(
            sql("webhooks/delivered"),
            _outcome(one, status, took_ms) | {"slow_ms": SLOW_MS, "kept_ms": KEPT_MS},
        )
        return Ready(one.webhook, one.user, rows[0][0] if rows else one.answer_ms)

    def note_failed(self, one: Claimed, outcome: Outcome, took_ms: int) -> bool:
        """Note that an attempt failed; return whether it was the last."""
        is_last = one.attempts >= MAX_ATTEMPTS
        self._database.write(
            sql("webhooks/failed_attempt"),
            _outcome(one, outcome.status, took_ms)
            | {
                "error": outcome.error,
                "is_last": is_last,
                "delivery_backoff_s": DELIVERY_BACKOFF.after(one.attempts),
                "webhook_backoffs_s": WEBHOOK_BACKOFF.schedule,
            },
        )
        return is_last


def delete_old(database: Database) -> None:
    """Forget deliveries that were over long ago."""
    database.write(sql("webhooks/delete_old"), {"days": RETENTION_DAYS, "at_most": MAX_DELETED})


def _outcome(one: Claimed, status: int | None, took_ms: int) -> dict[str, object]:
    # The count of attempts tells whether it is still this claim's: a replay begins anew.
    return {
        "delivery_id": one.delivery,
        "attempts": one.attempts,
        "status": status,
        "took_ms": took_ms,
    }
