"""Webhooks: no user, and no receiver, holds up another's deliveries."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from functions import webhooks, wiring
from handlers.domain.ids import digits
from handlers.platform.bounds import MAX_WEBHOOKS
from handlers.platform.errors import InvalidInput
from handlers.platform.postgres import sql
from handlers.webhooks import dispatcher, transport
from handlers.webhooks.attempts import (
    ACCOUNTS_AT_ONCE,
    LEASE_S,
    WEBHOOK_BACKOFF,
    WEBHOOKS_AT_ONCE,
    DueDeliveries,
)
from handlers.webhooks.dispatcher import send_due
from handlers.webhooks.transport import Outcome
from handlers.webhooks.turns import AT_ONCE, OF_EACH_USER, SLOW_AT_ONCE, SLOW_MS
from tests.integration.api.harness import Stack
from tests.support.http import Client
from tests.support.receiver import Received, Receiver

pytestmark = pytest.mark.integration

SLOW_S = SLOW_MS / 1000 + 0.2


@pytest.fixture
def receiver(stack: Stack) -> Iterator[Receiver]:
    wiring.settings.replace(replace(wiring.settings(), webhooks_allow_loopback=True))
    wiring.webhooks.reset()
    stack.database.write("delete from ledger.webhooks")
    with Receiver() as made:
        yield made


def make(client: Client, receiver: Receiver, path: str) -> str:
    """Make a webhook; return its id's digits."""
    answer = client.post("/webhooks", {"url": receiver.url + path, "events": ["*"]})
    assert answer.status == 201, answer.text
    return digits(answer.json["webhook_id"])


def make_due(stack: Stack, webhook: str, count: int, accounts: int = 1) -> None:
    """Let deliveries to a webhook be due, of so many accounts in turn."""
    ids = [uuid4().hex for _ in range(accounts)]
    stack.database.write(
        "insert into ledger.webhook_deliveries"
        " (delivery_id, webhook_id, account_id, event_id, event_type, payload)"
        " select gen_random_uuid(), %s, (%s::uuid[])[1 + n %% %s], gen_random_uuid()::text,"
        " 'deposit.completed', '{}' from generate_series(1, %s) n",
        (webhook, ids, accounts, count),
    )


def figures(stack: Stack, webhook: str) -> tuple[int, bool]:
    """Return how long a webhook's receiver takes in milliseconds, and whether it is left alone."""
    rows = stack.database.read(
        "select answer_ms, rests_until > now() from ledger.webhooks where webhook_id = %s",
        (webhook,),
    )
    return rows[0][0], rows[0][1]


def end_backoffs(stack: Stack) -> None:
    stack.database.write("update ledger.webhooks set rests_until = '-infinity'")


def sweep() -> None:
    webhooks.handler({"source": "aws.events"}, None)


class Arrivals:
    """Counts what arrives by path; whoever is told to be slow waits until a condition holds."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._changed = threading.Condition()
        self._under_way = {"/slow": 0, "/quick": 0}
        #: The most that were under way at once by path.
        self.most = {"/slow": 0, "/quick": 0}
        self.is_released: Callable[[], bool] = lambda: True
        receiver.answer = self._answer

    def count(self, path: str) -> int:
        return sum(one.path == path for one in self._receiver.received)

    def _answer(self, one: Received) -> int:
        with self._changed:
            self._under_way[one.path] += 1
            self.most[one.path] = max(self.most[one.path], self._under_way[one.path])
            self._changed.notify_all()
            if one.path == "/slow":
                self._changed.wait_for(self.is_released, transport.DEADLINE_S + 1)
            self._under_way[one.path] -= 1
        return 204


def test_a_user_whose_twenty_receivers_hang_holds_up_nobody_s_deliveries(
    stack: Stack, receiver: Receiver
) -> None:
    slow_user, quick_user = stack.user(), stack.user()
    for _ in range(MAX_WEBHOOKS):
        make_due(stack, make(slow_user, receiver, "/slow"), 50, accounts=5)
    make_due(stack, make(quick_user, receiver, "/quick"), 60, accounts=3)
    arrivals = Arrivals(receiver)
    # Not one of the slow ones is answered before the last of the quick ones has arrived.
    arrivals.is_released = lambda: arrivals.count("/quick") == 60
    send_due(
        stack.database, budget_s=transport.DEADLINE_S - 1, allow_loopback=True, serves_slow=False
    )
    assert arrivals.count("/quick") == 60
    assert arrivals.most["/quick"] <= OF_EACH_USER


def test_wherever_an_attempt_ends_the_next_begins_without_waiting_for_the_slowest(
    stack: Stack, receiver: Receiver
) -> None:
    client = stack.user()
    make_due(stack, make(client, receiver, "/slow"), 1)
    make_due(stack, make(client, receiver, "/quick"), 30)
    arrivals = Arrivals(receiver)
    arrivals.is_released = lambda: arrivals.count("/quick") == 30
    sweep()
    assert (arrivals.count("/slow"), arrivals.count("/quick")) == (1, 30)
    rows = stack.database.read("select status, attempts from ledger.webhook_deliveries")
    assert set(rows) == {("delivered", 1)}, "none of them had to be given up"


def test_many_slow_users_together_leave_room_for_a_quick_one(
    stack: Stack, receiver: Receiver
) -> None:
    quick_user = stack.user()
    for _ in range(AT_ONCE + 4):
        make_due(stack, make(stack.user(), receiver, "/slow"), 20, accounts=4)
    stack.database.write("update ledger.webhooks set answer_ms = 4500")
    make_due(stack, make(quick_user, receiver, "/quick"), 60, accounts=3)
    arrivals = Arrivals(receiver)
    arrivals.is_released = lambda: arrivals.count("/quick") == 60
    send_due(stack.database, budget_s=transport.DEADLINE_S - 1, allow_loopback=True)
    assert arrivals.count("/quick") == 60
    assert 0 < arrivals.most["/slow"] <= SLOW_AT_ONCE


def test_a_slow_receiver_rests_and_the_log_s_batches_leave_it_to_the_schedule(
    stack: Stack, receiver: Receiver
) -> None:
    client = stack.user()
    slow, quick = make(client, receiver, "/slow"), make(client, receiver, "/quick")
    receiver.answer = slowly
    make_due(stack, slow, 1)
    make_due(stack, quick, 1)
    stack.database.write(
        "update ledger.webhooks set answer_ms = 3000 where webhook_id = %s", (slow,)
    )
    send_batch(stack)
    assert [one.path for one in receiver.received] == ["/quick"]
    sweep()
    assert [one.path for one in receiver.received] == ["/quick", "/slow"]
    took_ms, is_resting = figures(stack, slow)
    assert SLOW_MS <= took_ms < 3000
    assert is_resting
    assert figures(stack, quick) == (0, False)


def test_a_receiver_that_has_become_quick_is_served_by_the_log_s_batches_again(
    stack: Stack, receiver: Receiver
) -> None:
    slow = make(stack.user(), receiver, "/slow")
    stack.database.write("update ledger.webhooks set answer_ms = 3000")
    for _ in range(5):
        make_due(stack, slow, 1)
        end_backoffs(stack)
        sweep()
    assert figures(stack, slow) == (figures(stack, slow)[0], False)
    assert figures(stack, slow)[0] < SLOW_MS
    make_due(stack, slow, 1)
    send_batch(stack)
    assert len(receiver.received) == 6


def test_a_slow_receiver_s_backlog_is_sent_one_after_the_other_with_rests_between(
    stack: Stack, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "SWEEP_BUDGET_S", 8.0)
    slow = make(stack.user(), receiver, "/slow")
    stack.database.write("update ledger.webhooks set answer_ms = 1000")
    make_due(stack, slow, 20, accounts=20)
    receiver.answer = slowly
    sweep()
    times_s = sorted(one.at_s for one in receiver.received)
    assert 2 <= len(times_s) < 8
    assert all(after - before >= 2 * SLOW_S - 0.3 for before, after in pairwise(times_s))


def test_a_failure_does_not_make_a_slow_receiver_look_quick(
    stack: Stack, receiver: Receiver
) -> None:
    slow = make(stack.user(), receiver, "/slow")
    stack.database.write("update ledger.webhooks set answer_ms = 3000")
    make_due(stack, slow, 1)
    receiver.answer = lambda _: 500
    sweep()
    assert figures(stack, slow)[0] == 3000


def test_a_delivery_that_can_t_even_be_tried_holds_up_nobody_s(
    stack: Stack, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = make(stack.user(), receiver, "/broken")
    quick = make(stack.user(), receiver, "/quick")
    make_due(stack, broken, 1)
    make_due(stack, quick, 9)

    def send(url: str, *given: Any, **named: Any) -> transport.Outcome:
        if url.endswith("/broken"):
            raise ValueError("nobody foresaw it")
        return transport.send(url, *given, **named)

    monkeypatch.setattr(dispatcher, "send", send)
    sweep()
    assert len(receiver.received) == 9
    rows = stack.database.read(
        "select status, last_error from ledger.webhook_deliveries where webhook_id = %s", (broken,)
    )
    assert rows == [("pending", "the attempt failed: ValueError")]


def test_one_account_s_events_stay_in_order_while_others_are_sent_beside_them(
    stack: Stack, receiver: Receiver
) -> None:
    webhook = make(stack.user(), receiver, "/quick")
    make_due(stack, webhook, 100, accounts=5)
    sweep()
    sent = [one.headers["Ledgerlane-Event-Id"] for one in receiver.received]
    assert len(sent) == len(set(sent)) == 100
    rows = stack.database.read(
        "select account_id, array_agg(event_id order by sequence) from ledger.webhook_deliveries"
        " group by account_id"
    )
    for _, events in rows:
        assert [one for one in sent if one in events] == events


def test_accounts_whose_first_event_waits_for_its_next_attempt_hold_up_no_other_account(
    stack: Stack, receiver: Receiver
) -> None:
    webhook = make(stack.user(), receiver, "/quick")
    make_due(stack, webhook, 60, accounts=60)
    stack.database.write(
        "update ledger.webhook_deliveries set next_attempt_at = now() + interval '1 hour'"
    )
    make_due(stack, webhook, 9, accounts=3)
    sweep()
    assert len(receiver.received) == 9


def test_a_claim_looks_at_few_rows_whatever_one_user_has_waiting(
    stack: Stack, receiver: Receiver
) -> None:
    busy, other = stack.user(), stack.user()
    crowded = make(busy, receiver, "/slow")
    waiting = make(other, receiver, "/quick")
    make_due(stack, crowded, 200_000)
    make_due(stack, waiting, 1)
    parameters = {
        "webhook_ids": [crowded, waiting],
        "counts": [OF_EACH_USER, OF_EACH_USER],
        "start": uuid4().hex,
        "steps": ACCOUNTS_AT_ONCE,
        "lease_s": LEASE_S,
        "after": uuid4().hex,
        "at_most": WEBHOOKS_AT_ONCE,
    }
    with psycopg.connect(stack.owner_url, autocommit=True) as connection:
        connection.execute("vacuum analyze ledger.webhook_deliveries")
        for analysed in (True, False):
            if not analysed:
                connection.execute("delete from pg_statistic")
            assert pages_of(connection, "webhooks/waiting", parameters) < 200
            assert pages_of(connection, "webhooks/claim", parameters) < 200


def test_of_a_user_s_requests_at_once_no_more_webhooks_come_than_one_may_have(
    stack: Stack, receiver: Receiver
) -> None:
    client = stack.user()
    user_id = client.get("/users/me").json["user_id"]
    together = threading.Barrier(8)

    def add(_: int) -> bool:
        together.wait(20)
        try:
            wiring.webhooks().add(user_id, receiver.url, ["*"])
        except InvalidInput:
            return False
        return True

    for _ in range(MAX_WEBHOOKS - 4):
        make(client, receiver, "/quick")
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(add, range(8)))
    assert made.count(True) == 4
    assert len(client.get("/webhooks").json["data"]) == MAX_WEBHOOKS


def slowly(one: Received) -> int:
    if one.path == "/slow":
        time.sleep(SLOW_S)
    return 204


def send_batch(stack: Stack) -> None:
    """Send as a batch of the log does."""
    send_due(stack.database, budget_s=5, allow_loopback=True, serves_slow=False)


def pages_of(
    connection: psycopg.Connection[tuple[Any, ...]], name: str, parameters: dict[str, Any]
) -> int:
    """Return how many pages a statement touches."""
    with connection.transaction(force_rollback=True):
        explain = "explain (analyze, buffers, timing off, format json) "
        row = connection.execute(explain + sql(name), parameters).fetchone()
    assert row is not None
    plan = row[0][0]["Plan"]
    pages: int = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return pages


def test_failures_at_once_each_lengthen_a_webhook_s_backoff(
    stack: Stack, receiver: Receiver
) -> None:
    webhook = make(stack.user(), receiver, "/quick")
    make_due(stack, webhook, 5, accounts=5)
    due = DueDeliveries(stack.database)
    claimed = due.claim({webhook: 5})
    assert len(claimed) == 5
    with ThreadPoolExecutor(5) as threads:
        ended = [threads.submit(due.note_failed, one, Outcome(500, "no"), 1) for one in claimed]
    assert not any(one.result() for one in ended)
    ((failures, backoff_s),) = stack.database.read(
        "select failures, extract(epoch from rests_until - now())::float8"
        " from ledger.webhooks where webhook_id = %s",
        (webhook,),
    )
    assert failures == 5
    assert WEBHOOK_BACKOFF.after(4) < backoff_s <= WEBHOOK_BACKOFF.after(5)
