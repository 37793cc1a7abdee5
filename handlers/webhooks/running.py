"""Sending what is due: several at once, and of one account's events always the oldest first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, NamedTuple

from handlers.adapters.postgres import Database, sql
from handlers.clock import monotonic_s, now_us
from handlers.domain.ids import DELIVERY, WEBHOOK
from handlers.webhooks.sending import Outcome, send
from handlers.webhooks.signing import HEADER, signature

AT_ONCE: Final = 8
OF_EACH_WEBHOOK: Final = 2
#: How long a claim holds; an attempt, which takes less, is over by then.
LEASE_S: Final = 30
#: How often a delivery is tried, and the waits between: 5 s, doubled each time, an hour at most.
MAX_ATTEMPTS: Final = 12
FIRST_DELAY_S: Final = 5
LAST_DELAY_S: Final = 3600
#: How long a webhook rests at most after failures in a row.
MAX_REST_S: Final = 60
RETENTION_DAYS: Final = 30
MAX_DELETED: Final = 5000


class Claimed(NamedTuple):
    """A delivery that is ours for a while."""

    delivery: str
    webhook: str
    event_id: str
    payload: str
    attempts: int
    url: str
    secret: str


@dataclass(slots=True)
class Sent:
    """What a run did."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0


def delay_s(attempts: int) -> int:
    """Return how long to wait after so many attempts, in seconds.

    Examples
    --------
    >>> [delay_s(n) for n in (1, 2, 3, 11)]
    [5, 10, 20, 3600]
    """
    return int(min(FIRST_DELAY_S * 2 ** (attempts - 1), LAST_DELAY_S))


def send_due(database: Database, *, budget_s: float, allow_loopback: bool) -> Sent:
    """Send what is due until nothing is, or the time is over.

    Parameters
    ----------
    budget_s
        After this no new attempt is begun, in seconds.
    """
    sent = Sent()
    deadline_s = monotonic_s() + budget_s
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks") as threads:
        while monotonic_s() < deadline_s:
            claimed = _claim(database)
            if not claimed:
                break
            outcomes = threads.map(lambda one: _attempt(one, allow_loopback), claimed)
            for one, outcome in zip(claimed, outcomes, strict=True):
                _note(database, one, outcome, sent)
    return sent


def delete_old(database: Database) -> None:
    """Forget deliveries that were over long ago."""
    database.write(sql("webhooks/delete_old"), {"days": RETENTION_DAYS, "at_most": MAX_DELETED})


def _claim(database: Database) -> list[Claimed]:
    rows = database.write(
        sql("webhooks/claim"),
        {"at_most": AT_ONCE, "of_each": OF_EACH_WEBHOOK, "lease_s": LEASE_S},
    )
    return [Claimed(*row) for row in rows]


def _attempt(one: Claimed, allow_loopback: bool) -> Outcome:
    body = one.payload.encode()
    headers = {
        "Content-Type": "application/json",
        HEADER: signature(one.secret, body, now_us() // 1_000_000),
        "Ledgerlane-Event-Id": one.event_id,
        "Ledgerlane-Delivery-Id": DELIVERY + one.delivery,
        "Ledgerlane-Webhook-Id": WEBHOOK + one.webhook,
    }
    return send(one.url, body, headers, allow_loopback=allow_loopback)


def _note(database: Database, one: Claimed, outcome: Outcome, sent: Sent) -> None:
    # The count of attempts tells whether it is still this claim's: a replay begins anew.
    parameters = {
        "delivery_id": one.delivery,
        "attempts": one.attempts,
        "status": outcome.status,
    }
    if outcome.error is None:
        database.write(sql("webhooks/delivered"), parameters)
        sent.delivered += 1
        return
    is_last = one.attempts >= MAX_ATTEMPTS
    database.write(
        sql("webhooks/failed_attempt"),
        parameters
        | {
            "error": outcome.error,
            "is_last": is_last,
            "delay_s": delay_s(one.attempts),
            "rest_s": MAX_REST_S,
        },
    )
    sent.failed += 1
    sent.given_up += is_last
