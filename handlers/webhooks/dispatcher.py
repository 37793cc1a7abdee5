"""Sends due deliveries: several at once, but an account's events one by one, oldest first.

A new attempt starts as soon as any attempt ends, so none waits for the slowest.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple, Protocol

from handlers.domain.ids import DELIVERY, WEBHOOK
from handlers.platform.clock import monotonic_s, now_us
from handlers.platform.postgres import Database
from handlers.platform.traceparent import NAME
from handlers.webhooks.attempts import Claimed, DueDeliveries
from handlers.webhooks.signatures import HEADER, signature
from handlers.webhooks.transport import Outcome, send
from handlers.webhooks.turns import AT_ONCE, Ready, Turns, UnderWay

logger = logging.getLogger(__name__)

#: How often to look for newly due deliveries while attempts are in progress, in seconds.
LOOK_AGAIN_S: Final = 0.25
NOTHING_MORE: Final[Mapping[str, str]] = {}


@dataclass(slots=True)
class Sent:
    """The counts of a run."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0


class _Attempted(NamedTuple):
    """A finished attempt, and its duration in milliseconds."""

    outcome: Outcome
    took_ms: int


class Attempt(Protocol):
    """A traced attempt: the header to send, and how to note the response's status."""

    header: str

    def answered(self, status: int | None) -> None:
        """Note a response's status, or None if there was no response."""


class Traces(Protocol):
    """Traces attempts; see `handlers.platform.traces`."""

    def delivering(
        self, stored: str | None, attributes: Mapping[str, str | int]
    ) -> AbstractContextManager[Attempt | None]:
        """Trace an attempt, if its delivery was stored with a trace."""


def send_due(
    database: Database,
    *,
    budget_s: float,
    allow_loopback: bool,
    serves_slow: bool = True,
    traces: Traces | None = None,
) -> Sent:
    """Send due deliveries until there are none or the time is up.

    Parameters
    ----------
    budget_s
        After this time, no new attempt starts, in seconds.
    serves_slow
        Whether to send to slow receivers too; a receiver counts as slow only once it was.
    traces
        Traces attempts, if traces are on.
    """
    attempt = partial(_attempt, allow_loopback=allow_loopback)
    if traces is not None:
        attempt = partial(_attempt_traced, traces, allow_loopback=allow_loopback)
    sender = _Sender(DueDeliveries(database), attempt, serves_slow=serves_slow)
    return sender.run(monotonic_s() + budget_s)


class _Sender:
    """One run, with a pool of threads that gets new attempts as others end."""

    def __init__(
        self, due: DueDeliveries, attempt: Callable[[Claimed], _Attempted], *, serves_slow: bool
    ) -> None:
        self._due = due
        self._attempt = attempt
        self._turns = Turns(serves_slow=serves_slow)
        self._under_way: dict[Future[_Attempted], tuple[Claimed, UnderWay]] = {}
        self._serves_slow = serves_slow
        # The number of rounds through all webhooks that found nothing to start since anything
        # changed, and when the first backoff of a slow webhook among them ends.
        self._idle_rounds = 0
        self._backoff_ends_s: float | None = None
        self._sent = Sent()

    def run(self, deadline_s: float) -> Sent:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks") as threads:
            while monotonic_s() < deadline_s and self._is_at_work(deadline_s):
                self._begin(threads)
                self._note_ended(LOOK_AGAIN_S)
            while self._under_way:
                self._note_ended(None)
        return self._sent

    def _is_at_work(self, deadline_s: float) -> bool:
        """Tell whether there is work left, after waiting for the backoffs of slow webhooks."""
        # The first round started in the middle, so only a second one has covered all webhooks.
        if self._under_way or self._idle_rounds < 2:
            return True
        ends_s, self._backoff_ends_s = self._backoff_ends_s, None
        if not self._serves_slow or ends_s is None or ends_s >= deadline_s:
            return False
        time.sleep(max(0.0, ends_s - monotonic_s()))
        self._idle_rounds = 0
        return True

    def _begin(self, threads: ThreadPoolExecutor) -> None:
        """Start as many attempts as room and fairness allow."""
        if self._fill(threads):
            found = self._due.look()
            self._turns.add(found.ready)
            self._idle_rounds += found.is_end
            if found.slow_backoff_s is not None:
                ends_s = monotonic_s() + found.slow_backoff_s
                self._backoff_ends_s = min(self._backoff_ends_s or ends_s, ends_s)
            self._fill(threads)

    def _fill(self, threads: ThreadPoolExecutor) -> bool:
        """Start attempts for known webhooks; return whether there is room for more."""
        while room := AT_ONCE - len(self._under_way):
            under_way = [one for _, one in self._under_way.values()]
            # Each iteration uses up room or forgets a webhook that has nothing due.
            chosen = self._turns.choose(under_way, room, monotonic_s())
            if not chosen:
                return True
            for one in self._due.claim(chosen):
                chosen[one.webhook] -= 1
                self._idle_rounds = 0
                future = threads.submit(self._attempt, one)
                self._under_way[future] = one, UnderWay(one.user, one.answer_ms, monotonic_s())
            for webhook, missing in chosen.items():
                if missing:
                    self._turns.drop(webhook)
        return False

    def _note_ended(self, timeout_s: float | None) -> None:
        """Wait for an attempt to end, if one is in progress, and record all that have ended."""
        ended, _ = wait(self._under_way, timeout_s, FIRST_COMPLETED)
        for future in ended:
            self._idle_rounds = 0
            one, _ = self._under_way.pop(future)
            outcome, took_ms = future.result()
            if outcome.error is None:
                self._sent.delivered += 1
                now = self._due.note_delivered(one, outcome.status, took_ms)
                self._line_up(now)
            else:
                self._sent.failed += 1
                self._sent.given_up += self._due.note_failed(one, outcome, took_ms)
                self._turns.drop(one.webhook)

    def _line_up(self, webhook: Ready) -> None:
        """Queue a webhook again: the event after the one just delivered may be sent now."""
        if webhook.is_slow:
            # Its backoff has begun.
            self._turns.drop(webhook.webhook)
        else:
            self._turns.add([webhook])


def _attempt_traced(traces: Traces, one: Claimed, allow_loopback: bool) -> _Attempted:
    attributes: dict[str, str | int] = {
        "ledgerlane.webhook_id": WEBHOOK + one.webhook,
        "ledgerlane.delivery_id": DELIVERY + one.delivery,
        "http.request.resend_count": one.attempts - 1,
    }
    with traces.delivering(one.traceparent, attributes) as traced:
        if traced is None:
            return _attempt(one, allow_loopback)
        attempted = _attempt(one, allow_loopback, {NAME: traced.header})
        traced.answered(attempted.outcome.status)
        return attempted


def _attempt(
    one: Claimed, allow_loopback: bool, more_headers: Mapping[str, str] = NOTHING_MORE
) -> _Attempted:
    begun_s = monotonic_s()
    body = one.payload.encode()
    headers = {
        "Content-Type": "application/json",
        HEADER: signature(one.secret, body, now_us() // 1_000_000),
        "Ledgerlane-Event-Id": one.event_id,
        "Ledgerlane-Delivery-Id": DELIVERY + one.delivery,
        "Ledgerlane-Webhook-Id": WEBHOOK + one.webhook,
        **more_headers,
    }
    try:
        outcome = send(one.url, body, headers, allow_loopback=allow_loopback)
    except Exception as error:
        # Whatever the error is, it affects only this delivery; the others continue.
        logger.exception("an attempt failed unexpectedly")
        outcome = Outcome(None, f"the attempt failed: {type(error).__name__}")
    return _Attempted(outcome, int((monotonic_s() - begun_s) * 1000))
