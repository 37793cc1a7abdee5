"""Sending what is due: several at once, and of one account's events always the oldest first.

Nobody waits for the slowest: wherever an attempt ends, the next begins.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Final, NamedTuple

from handlers.domain.ids import DELIVERY, WEBHOOK
from handlers.platform.clock import monotonic_s, now_us
from handlers.platform.postgres import Database
from handlers.webhooks.attempts import Claimed, DueDeliveries
from handlers.webhooks.signatures import HEADER, signature
from handlers.webhooks.transport import Outcome, send
from handlers.webhooks.turns import AT_ONCE, Ready, Turns, UnderWay

logger = logging.getLogger(__name__)

#: How soon it is looked again for what fell due while attempts are under way, in seconds.
LOOK_AGAIN_S: Final = 0.25


@dataclass(slots=True)
class Sent:
    """What a run did."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0


class _Attempted(NamedTuple):
    """An attempt that ended, and how long it took in milliseconds."""

    outcome: Outcome
    took_ms: int


def send_due(
    database: Database, *, budget_s: float, allow_loopback: bool, serves_slow: bool = True
) -> Sent:
    """Send what is due until nothing is, or the time is over.

    Parameters
    ----------
    budget_s
        After this no new attempt is begun, in seconds.
    serves_slow
        Whether anything is sent to receivers that take long; their time is not known before.
    """
    sender = _Sender(DueDeliveries(database), allow_loopback, serves_slow=serves_slow)
    return sender.run(monotonic_s() + budget_s)


class _Sender:
    """One run: a pool of threads that is refilled as attempts end."""

    def __init__(self, due: DueDeliveries, allow_loopback: bool, *, serves_slow: bool) -> None:
        self._due = due
        self._allow_loopback = allow_loopback
        self._turns = Turns(serves_slow=serves_slow)
        self._under_way: dict[Future[_Attempted], tuple[Claimed, UnderWay]] = {}
        self._serves_slow = serves_slow
        # How many rounds through all webhooks found nothing to begin, since anything happened, and
        # when the first backoff of a slow webhook that they came by ends.
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
        """Tell whether there is anything to do, after the backoffs of slow webhooks."""
        # The first round began amidst them: after a second one all of them were looked at.
        if self._under_way or self._idle_rounds < 2:
            return True
        ends_s, self._backoff_ends_s = self._backoff_ends_s, None
        if not self._serves_slow or ends_s is None or ends_s >= deadline_s:
            return False
        time.sleep(max(0.0, ends_s - monotonic_s()))
        self._idle_rounds = 0
        return True

    def _begin(self, threads: ThreadPoolExecutor) -> None:
        """Begin as many attempts as there is room and a turn for."""
        if self._fill(threads):
            found = self._due.look()
            self._turns.add(found.ready)
            self._idle_rounds += found.is_end
            if found.slow_backoff_s is not None:
                ends_s = monotonic_s() + found.slow_backoff_s
                self._backoff_ends_s = min(self._backoff_ends_s or ends_s, ends_s)
            self._fill(threads)

    def _fill(self, threads: ThreadPoolExecutor) -> bool:
        """Begin attempts of the webhooks that are known; return whether there is room for more."""
        while room := AT_ONCE - len(self._under_way):
            under_way = [one for _, one in self._under_way.values()]
            # Each time the room becomes less, or a webhook that has nothing due is forgotten.
            chosen = self._turns.choose(under_way, room, monotonic_s())
            if not chosen:
                return True
            for one in self._due.claim(chosen):
                chosen[one.webhook] -= 1
                self._idle_rounds = 0
                future = threads.submit(_attempt, one, self._allow_loopback)
                self._under_way[future] = one, UnderWay(one.user, one.answer_ms, monotonic_s())
            for webhook, missing in chosen.items():
                if missing:
                    self._turns.drop(webhook)
        return False

    def _note_ended(self, timeout_s: float | None) -> None:
        """Wait until an attempt ends, if one is under way, and note all that have."""
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
        """Give a webhook its next turn: the event behind the one that was taken may be sent now."""
        if webhook.is_slow:
            # Its backoff has begun.
            self._turns.drop(webhook.webhook)
        else:
            self._turns.add([webhook])


def _attempt(one: Claimed, allow_loopback: bool) -> _Attempted:
    begun_s = monotonic_s()
    body = one.payload.encode()
    headers = {
        "Content-Type": "application/json",
        HEADER: signature(one.secret, body, now_us() // 1_000_000),
        "Ledgerlane-Event-Id": one.event_id,
        "Ledgerlane-Delivery-Id": DELIVERY + one.delivery,
        "Ledgerlane-Webhook-Id": WEBHOOK + one.webhook,
    }
    try:
        outcome = send(one.url, body, headers, allow_loopback=allow_loopback)
    except Exception as error:
        # Whatever it is, it is this delivery's alone: the others' go on.
        logger.exception("an attempt failed in a way that nobody foresaw")
        outcome = Outcome(None, f"the attempt failed: {type(error).__name__}")
    return _Attempted(outcome, int((monotonic_s() - begun_s) * 1000))
