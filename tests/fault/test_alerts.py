"""Things go wrong at once: each has its alert within a minute, and each alert ends."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from confluent_kafka import Producer

from handlers.domain.partitions import partition_of
from local_cloud.alerts import firing
from tests.support.api import Api
from tests.support.receiver import Received, Receiver
from tests.support.stack import COMMANDS, ROOT, Stack, wait_until

pytestmark = pytest.mark.fault

#: How many connections the pooler has to the server (PgBouncer's `default_pool_size`).
POOL = 24
FIRES_WITHIN_S = 60.0
ENDS_WITHIN_S = 90.0


@pytest.fixture(scope="module")
def operator(stack: Stack) -> Iterator[Api]:
    person = Api(stack.api_url).sign_up("Petra")
    stack.make_operator(person)
    yield person
    person.close()


def alerts(prometheus: str) -> set[str]:
    return {alert.name for alert in firing(prometheus) or []}


def await_alerts(prometheus: str, expected: set[str]) -> None:
    """Wait until each of these has fired; others may too, for faults have consequences."""
    deadline_s = time.monotonic() + FIRES_WITHIN_S
    missing = set(expected)
    while missing := missing - alerts(prometheus):
        assert time.monotonic() < deadline_s, f"no alert of {sorted(missing)}"
        time.sleep(0.5)


def change(stack: Stack, statement: str, *parameters: object) -> None:
    """Change the database behind the ledger's back."""
    with psycopg.connect(stack.database_url, connect_timeout=10) as connection:
        connection.execute(statement.encode(), parameters or None)


@contextmanager
def broken_books(stack: Stack) -> Iterator[None]:
    which = "where account_id = (select account_id from ledger.accounts where kind <> 'customer' "
    which += "order by account_id limit 1)"
    change(stack, f"update ledger.accounts set balance = balance + 1 {which}")
    try:
        yield
    finally:
        change(stack, f"update ledger.accounts set balance = balance - 1 {which}")


@contextmanager
def poisoned_partition(stack: Stack, operator: Api) -> Iterator[None]:
    """Have a record in the log that is no command, and discard it at the end."""
    account_id = operator.open_account()
    producer = Producer({"bootstrap.servers": stack.kafka})
    partition = partition_of(account_id, stack.partitions)
    producer.produce(COMMANDS, b"poison", account_id.encode(), partition)
    assert producer.flush(10) == 0
    wait_until(lambda: bool(parked(operator)), "it is parked")
    try:
        yield
    finally:
        for one in parked(operator):
            body = {"reason": "a test"}
            assert operator.post(f"/parked/{one['parked_id']}/discard", body).is_success
        wait_until(lambda: not parked(operator), "it is discarded")


def parked(operator: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = operator.get("/parked?status=parked").json()["data"]
    return found


@contextmanager
def slow_receiver(stack: Stack, person: Api) -> Iterator[None]:
    """Have a receiver that does not answer, for what the ledger takes for five minutes."""
    answers = threading.Event()

    def wait_and_answer(_: Received) -> int:
        answers.wait(FIRES_WITHIN_S)
        return 204

    account_id = person.open_account()
    with Receiver() as receiver:
        receiver.answer = wait_and_answer
        body = {"url": receiver.url + "/hook", "events": ["deposit.*"]}
        webhook_id = person.post("/webhooks", body).json()["webhook_id"]
        person.done("/deposits", {"account_id": account_id, "amount": 1, "currency": "EUR"})
        wait_until(lambda: bool(receiver.received), "the receiver is asked")
        own = "update ledger.webhook_deliveries set {} where webhook_id = %s and status = 'pending'"
        uuid = webhook_id.partition("_")[2]
        change(stack, own.format("created_at = created_at - interval '400 seconds'"), uuid)
        try:
            yield
        finally:
            answers.set()
            change(stack, own.format("next_attempt_at = now()"), uuid)
            stack.invoke("webhooks")
            deliveries = f"/webhooks/{webhook_id}/deliveries?status=delivered"
            wait_until(lambda: bool(person.get(deliveries).json()["data"]), "it is delivered")
            person.request("DELETE", f"/webhooks/{webhook_id}")


@contextmanager
def old_outbox_row(stack: Stack) -> Iterator[None]:
    """Have a message wait for a partition that the topic does not have."""
    change(
        stack,
        "insert into ledger.outbox (partition, messages, created_at, to_topic, to_partition) "
        "values (0, '[]', now() - interval '1 hour', %s, 999)",
        COMMANDS,
    )
    change(
        stack,
        "insert into ledger.outbox_waits (partition, to_topic, to_partition, held, attempts, "
        "next_attempt_at, error) values (0, %s, 999, 1, 1, now() + interval '1 hour', 'a test')",
        COMMANDS,
    )
    try:
        yield
    finally:
        for table in ("outbox", "outbox_waits"):
            change(stack, f"delete from ledger.{table} where to_partition = 999")


@contextmanager
def exhausted_pool(stack: Stack) -> Iterator[None]:
    """Hold every connection of the pooler, and have one more client wait."""
    pooler = os.environ["LEDGERLANE_POOLER_URL"]
    with ExitStack() as held:
        for _ in range(POOL):
            connection = psycopg.connect(pooler, prepare_threshold=None)
            held.callback(connection.close)
            connection.execute("select 1")
        waiting = psycopg.connect(pooler, prepare_threshold=None, autocommit=True)
        held.callback(waiting.close)
        waiting.pgconn.send_query(b"select 1")
        yield


@contextmanager
def hanging_poller(stack: Stack) -> Iterator[None]:
    pids = stack.pids("poller")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def absent(stack: Stack, service: str) -> Iterator[None]:
    stack.stop(service)
    try:
        yield
    finally:
        stack.restart(service)


@pytest.mark.usefixtures("no_old_deliveries")
def test_each_fault_has_its_alert_and_each_alert_ends(
    stack: Stack, prometheus: str, operator: Api
) -> None:
    operator.open_account(balance=100)
    wait_until(lambda: not alerts(prometheus), "quiet before", ENDS_WITHIN_S)
    ledger = {"imbalance", "parked", "outbox-age", "delivery-age"}
    expected = {*ledger, "cache-down", "pool-waits", "process-stuck"}

    with ExitStack() as faults:
        for of_people in (slow_receiver, poisoned_partition):
            faults.enter_context(of_people(stack, operator))
        for fault in (broken_books, old_outbox_row):
            faults.enter_context(fault(stack))
        stack.invoke("sweeper")
        for fault in (exhausted_pool, hanging_poller):
            faults.enter_context(fault(stack))
        faults.enter_context(absent(stack, "redis"))
        await_alerts(prometheus, expected)
    stack.invoke("sweeper")

    # What a function reports counts for a minute more; test_when_all_is_over.py waits for that.
    wait_until(lambda: not alerts(prometheus) - {"parked"}, "quiet again", ENDS_WITHIN_S)


def test_a_stopped_database_has_its_alert(stack: Stack, prometheus: str) -> None:
    with absent(stack, "postgres"):
        wait_until(lambda: "database-down" in alerts(prometheus), "database-down", FIRES_WITHIN_S)

    wait_until(lambda: "database-down" not in alerts(prometheus), "its end", ENDS_WITHIN_S)
    stack.await_health()


def test_every_alert_that_fires_names_a_runbook_that_is_there(prometheus: str) -> None:
    page = (ROOT / "docs" / "runbooks.md").read_text()

    assert all(
        f"### {alert.runbook.partition('#')[2]}\n" in page for alert in firing(prometheus) or []
    )
