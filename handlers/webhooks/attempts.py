"""Attempts at deliveries: which are due, who makes them, and when to retry."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import uuid4

from handlers.platform.backoff import Backoff
from handlers.platform.postgres import Database, sql
from handlers.webhooks.transport import Outcome
from handlers.webhooks.turns import SLOW_MS, Ready

#: How long a claim lasts. An attempt takes less, so it has ended by then.
LEASE_S: Final = 30
#: The maximum number of attempts of a delivery.
MAX_ATTEMPTS: Final = 12
#: How long a delivery waits after a failed attempt.
DELIVERY_BACKOFF: Final = Backoff(first_s=5, last_s=3600)
#: How long a webhook waits after consecutive failures, whatever the delivery.
WEBHOOK_BACKOFF: Final = Backoff(first_s=1, last_s=60)
#: Response times are stored only from this many milliseconds on.
KEPT_MS: Final = 250
#: How many webhooks are read at once, and how many accounts of a webhook.
WEBHOOKS_AT_ONCE: Final = 500
ACCOUNTS_AT_ONCE: Final = 100
RETENTION_DAYS: Final = 30
MAX_DELETED: Final = 5000


class Claimed(NamedTuple):
    """A delivery claimed by this sender for a while; ids have no prefixes."""

    delivery: str
    webhook: str
    user: str
    answer_ms: int
    event_id: str
    payload: str
    attempts: int
    url: str
    secret: str
    traceparent: str | None


class Found(NamedTuple):
    """Webhooks with pending deliveries.

    Attributes
    ----------
    ready
        The ones that are not in a backoff.
    slow_backoff_s
        Seconds until the first backoff of a slow one among the others ends, or None.
    is_end
        Whether this was the last step of a round through all webhooks.
    """

    ready: list[Ready]
    slow_backoff_s: float | None
    is_end: bool


class DueDeliveries:
    """The due deliveries, for one sender."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # The current position in the round through the webhooks; None before the first one.
        self._after: str | None = uuid4().hex

    def look(self) -> Found:
        """Return the next webhooks with pending deliveries, from where the last call ended."""
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
        """Claim up to this many due deliveries of each webhook."""
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
        """Record that a delivery succeeded; return its webhook's current state."""
        rows = self._database.write(
            sql("webhooks/delivered"),
            _outcome(one, status, took_ms) | {"slow_ms": SLOW_MS, "kept_ms": KEPT_MS},
        )
        return Ready(one.webhook, one.user, rows[0][0] if rows else one.answer_ms)

    def note_failed(self, one: Claimed, outcome: Outcome, took_ms: int) -> bool:
        """Record that an attempt failed; return whether it was the last."""
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
    """Delete deliveries that ended long ago."""
    database.write(sql("webhooks/delete_old"), {"days": RETENTION_DAYS, "at_most": MAX_DELETED})


def _outcome(one: Claimed, status: int | None, took_ms: int) -> dict[str, object]:
    # The number of attempts shows whether the claim is still ours: a replay starts at zero.
    return {
        "delivery_id": one.delivery,
        "attempts": one.attempts,
        "status": status,
        "took_ms": took_ms,
    }
