"""What each side of a transaction is shown of it, by each road: reads, lists, events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from confluent_kafka import Consumer, Message, TopicPartition

from functions import webhooks, wiring
from handlers.applying.events import SOURCE
from handlers.people.users import Users
from handlers.platform.errors import EmailTaken
from handlers.platform.postgres import Database
from tests.integration.api.harness import PARTITIONS, Stack, open_account
from tests.integration.api.test_webhooks import lambda_event
from tests.support.http import Client
from tests.support.receiver import Receiver

pytestmark = pytest.mark.integration

METADATA = {"salary": "of whom it concerns"}
REQUEST_ID = "req-of-the-payer"


@pytest.fixture
def receiver(stack: Stack) -> Iterator[Receiver]:
    wiring.settings.replace(replace(wiring.settings(), webhooks_allow_loopback=True))
    wiring.webhooks.reset()
    stack.database.write("delete from ledger.webhooks")
    with Receiver() as made:
        yield made


def listening(client: Client, receiver: Receiver, path: str) -> None:
    body = {"url": receiver.url + path, "events": ["*"]}
    assert client.post("/webhooks", body).status == 201


def events_at(receiver: Receiver, path: str) -> list[dict[str, Any]]:
    return [one.event for one in receiver.received if one.path == path]


def transfer(payer: Client, source: str, destination: str) -> str:
    body = {
        "source_account_id": source,
        "destination_account_id": destination,
        "amount": 5,
        "currency": "EUR",
        "description": "Rent for May",
        "metadata": METADATA,
    }
    answer = payer.post("/transfers", body, Prefer="wait=10", **{"X-Request-Id": REQUEST_ID})
    assert answer.status == 201, answer.text
    assert answer.json["metadata"] == METADATA
    transaction_id: str = answer.json["transaction_id"]
    return transaction_id


def shown_to(client: Client, account_id: str, transaction_id: str) -> dict[str, dict[str, Any]]:
    """Return a transaction by each road that shows it."""
    account = f"/accounts/{account_id}"
    return {
        "read": client.get(f"/transactions/{transaction_id}").json,
        "list": client.get(f"/transactions?account_id={account_id}").json["data"][0],
        "entry": client.get(f"{account}/entries").json["data"][0],
        "statement": client.get(f"{account}/statement").json["entries"][-1],
    }


# As many destinations as make it sure that one of them is on another partition, and one is not.
@pytest.mark.parametrize("place", range(6))
def test_metadata_is_seen_by_who_asked_and_by_operators_and_the_description_by_both_sides(
    stack: Stack, receiver: Receiver, place: int
) -> None:
    payer, payee, operator = stack.user(), stack.user(), stack.user("operator")
    source, destination = open_account(payer, balance=9), open_account(payee)
    transaction_id = transfer(payer, source, destination)
    for client, account_id, metadata in (
        (payer, source, METADATA),
        (payee, destination, None),
        (operator, source, METADATA),
        (operator, destination, METADATA),
    ):
        for road, shown in shown_to(client, account_id, transaction_id).items():
            assert shown["transaction_id"] == transaction_id
            assert shown["metadata"] == metadata, road
            assert shown["description"] == "Rent for May"
    own = payee.get("/transactions").json["data"]
    assert [one["metadata"] for one in own if one["transaction_id"] == transaction_id] == [None]


def test_an_event_s_transaction_is_what_its_receiver_reads_of_it(
    stack: Stack, receiver: Receiver
) -> None:
    payer, payee = stack.user(), stack.user()
    source, destinations = open_account(payer, balance=99), [open_account(payee) for _ in range(6)]
    listening(payer, receiver, "/payer")
    listening(payee, receiver, "/payee")
    done = [transfer(payer, source, destination) for destination in destinations]
    hold = {
        "account_id": source,
        "amount": 7,
        "currency": "EUR",
        "destination_account_id": destinations[0],
        "metadata": METADATA,
    }
    held = payer.post("/holds", hold, Prefer="wait=10").json
    captured = payer.post(f"/holds/{held['hold_id']}/capture", {}, Prefer="wait=10").json
    back = payee.post(f"/transactions/{done[0]}/reversals", {}, Prefer="wait=10").json
    assert (captured["status"], back["status"]) == ("completed", "completed")
    webhooks.handler(lambda_event(stack), None)
    for path, client in (("/payer", payer), ("/payee", payee)):
        final = [
            one["transaction"]
            for one in events_at(receiver, path)
            if one["transaction"]["status"] != "pending"
        ]
        assert {captured["transaction_id"], back["transaction_id"], *done} <= {
            one["transaction_id"] for one in final
        }
        for transaction in final:
            read = client.get(f"/transactions/{transaction['transaction_id']}").json
            assert transaction == read
            assert list(transaction) == list(read)
    payees = [one for one in receiver.received if one.path == "/payee"]
    assert payees
    for one in payees:
        assert b"salary" not in one.body
        assert REQUEST_ID.encode() not in one.body


def test_each_record_of_the_topic_of_events_has_cloud_events_headers(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client, balance=9)
    lambda_event(stack)
    told = [message for message in messages_of(stack) if message.key() == account_id.encode()]
    assert [dict(message.headers() or [])["ce_type"] for message in told] == [
        b"account_opening.completed",
        b"deposit.completed",
    ]
    for message in told:
        event = msgspec.json.decode(message.value() or b"")
        assert dict(message.headers() or []) == {
            "content-type": b"application/json",
            "ce_specversion": b"1.0",
            "ce_id": event["event_id"].encode(),
            "ce_source": SOURCE.encode(),
            "ce_type": event["type"].encode(),
            "ce_time": event["occurred_at"].encode(),
        }
        assert datetime.fromisoformat(event["occurred_at"]).utcoffset() == timedelta(0)
    # Events may come again, but no two have the same id.
    values = {dict(message.headers() or [])["ce_id"]: message.value() for message in told}
    assert len(values) == len({message.value() for message in told})


def messages_of(stack: Stack) -> list[Message]:
    """Return all that is on the topic of events."""
    consumer = Consumer({"bootstrap.servers": stack.bootstrap, "group.id": "headers"})
    try:
        places = [TopicPartition(stack.events, n, 0) for n in range(PARTITIONS)]
        left = sum(consumer.get_watermark_offsets(place, timeout=5)[1] for place in places)
        consumer.assign(places)
        found: list[Message] = []
        deadline_s = time.monotonic() + 20
        while len(found) < left:
            assert time.monotonic() < deadline_s
            found += consumer.consume(left - len(found), 0.2)
        return found
    finally:
        consumer.close()


def test_a_sign_up_with_a_taken_address_fails_no_statement_of_the_database(stack: Stack) -> None:
    """A statement that fails stands in PostgreSQL's log, with the address."""
    database = Database(stack.url, max_size=1)
    try:
        users = Users(database)
        users.sign_up("Ada@example.com", "correct horse", "Ada")
        before = rollbacks(database)
        with pytest.raises(EmailTaken):
            users.sign_up("ada@example.com", "correct horse", "Ada")
        assert rollbacks(database) == before
    finally:
        database.close()


def rollbacks(database: Database) -> int:
    """Return how many statements have failed on the one connection's behalf."""
    database.read("select pg_stat_force_next_flush()")
    database.read("select pg_stat_clear_snapshot()")
    rows = database.read(
        "select xact_rollback from pg_stat_database where datname = current_database()"
    )
    count: int = rows[0][0]
    return count
