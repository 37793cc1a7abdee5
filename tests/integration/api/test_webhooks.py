"""Webhooks: what is delivered, in which order, and what becomes of what is not taken."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from confluent_kafka import Consumer, TopicPartition

from functions import webhooks, wiring
from handlers.webhooks import attempts, transport
from handlers.webhooks import deliveries as deliveries_module
from handlers.webhooks.signatures import HEADER, is_signed
from tests.integration.api.harness import PARTITIONS, Stack, deposit, open_account
from tests.support.http import Client
from tests.support.receiver import Received, Receiver

pytestmark = pytest.mark.integration


@pytest.fixture
def receiver(stack: Stack) -> Iterator[Receiver]:
    wiring.settings.replace(replace(wiring.settings(), webhooks_allow_loopback=True))
    wiring.webhooks.reset()
    stack.database.write("delete from ledger.webhooks")
    with Receiver() as made:
        yield made


def make(client: Client, receiver: Receiver, *events: str) -> dict[str, Any]:
    body = {"url": receiver.url + "/hook", "events": list(events) or ["*"]}
    answer = client.post("/webhooks", body)
    assert answer.status == 201, answer.text
    made: dict[str, Any] = answer.json
    assert answer.headers["Location"] == f"/v1/webhooks/{made['webhook_id']}"
    return made


def lambda_event(stack: Stack, topic: str = "") -> dict[str, Any]:
    """Return all events so far, or another topic's records, as the mapping would bring them."""
    topic = topic or stack.events
    deadline_s = time.monotonic() + 20
    # A result can be read from its commit on; its event is published behind that.
    while stack.database.read("select from ledger.outbox limit 1"):
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    consumer = Consumer({"bootstrap.servers": stack.bootstrap, "group.id": "events"})
    records: dict[str, list[dict[str, Any]]] = {}
    try:
        places = [TopicPartition(topic, n, 0) for n in range(PARTITIONS)]
        left = sum(consumer.get_watermark_offsets(place, timeout=5)[1] for place in places)
        consumer.assign(places)
        while left:
            assert time.monotonic() < deadline_s
            for message in consumer.consume(left, 0.2):
                assert message.error() is None
                headers: Any = message.headers() or ()
                records.setdefault(f"{topic}-{message.partition()}", []).append(
                    {
                        "topic": topic,
                        "partition": message.partition(),
                        "offset": message.offset(),
                        "timestamp": message.timestamp()[1],
                        "value": base64.b64encode(message.value() or b"").decode(),
                        "headers": [
                            {name: memoryview(value or b"").cast("b").tolist()}
                            for name, value in headers
                        ],
                    }
                )
                left -= 1
    finally:
        consumer.close()
    return {"eventSource": "SelfManagedKafka", "records": records}


def deliver(stack: Stack) -> None:
    assert webhooks.handler(lambda_event(stack), None) == {"batchItemFailures": []}


def fall_due(stack: Stack) -> None:
    """Let all waiting be over, and send what is due."""
    stack.database.write("update ledger.webhook_deliveries set next_attempt_at = now()")
    stack.database.write("update ledger.webhooks set rests_until = now()")
    webhooks.handler({"source": "aws.events"}, None)


def deliveries(client: Client, webhook: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/webhooks/{webhook['webhook_id']}/deliveries{query}")
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["data"]
    return found


def test_events_arrive_signed_in_order_and_once(stack: Stack, receiver: Receiver) -> None:
    client = stack.user()
    account_id = open_account(client)
    webhook = make(client, receiver, "deposit.completed")
    for amount in range(1, 21):
        deposit(client, account_id, amount, Prefer="wait=10")
    deliver(stack)
    deliver(stack)
    amounts = [one.event["transaction"]["amount"] for one in receiver.received]
    assert amounts == list(range(1, 21))
    first = receiver.received[0]
    assert first.path == "/hook"
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Ledgerlane-Event-Id"] == first.event["event_id"]
    assert is_signed(webhook["secret"], first.body, first.headers[HEADER], int(time.time()))
    shown = deliveries(client, webhook)
    assert {(one["status"], one["attempts"], one["last_status"]) for one in shown} == {
        ("delivered", 1, 204)
    }


def test_only_what_is_wanted_and_one_s_own_arrives(stack: Stack, receiver: Receiver) -> None:
    ada, grace = stack.user(), stack.user()
    hers, other = open_account(ada), open_account(grace)
    webhook = make(ada, receiver, "withdrawal.*")
    deposit(ada, hers, 5, Prefer="wait=10")
    body = {"account_id": hers, "amount": 9, "currency": "EUR"}
    assert ada.post("/withdrawals", body, Prefer="wait=10").json["status"] == "rejected"
    deposit(grace, other, 5, Prefer="wait=10")
    deliver(stack)
    assert [one.event["type"] for one in receiver.received] == ["withdrawal.rejected"]
    assert receiver.received[0].event["transaction"]["reason"] == "insufficient_funds"
    assert [one["event_type"] for one in deliveries(ada, webhook)] == ["withdrawal.rejected"]


def test_what_is_not_taken_waits_and_holds_its_account_s_later_ones_back_alone(
    stack: Stack, receiver: Receiver
) -> None:
    client = stack.user()
    one, other = open_account(client), open_account(client)
    webhook = make(client, receiver, "deposit.completed")
    receiver.answer = lambda got: 500 if got.event["account_id"] == one else 204
    for account_id in (one, one, other):
        deposit(client, account_id, 7, Prefer="wait=10")
    deliver(stack)
    fall_due(stack)
    tried = [got.event["account_id"] for got in receiver.received]
    assert tried.count(other) == 1
    ids = {got.event["event_id"] for got in receiver.received if got.event["account_id"] == one}
    assert len(ids) == 1, "the second must not overtake the first"
    (waiting,) = [d for d in deliveries(client, webhook, "?status=pending") if d["attempts"]]
    assert (waiting["last_status"], waiting["last_error"]) == (500, "answered 500")
    assert waiting["next_attempt_at"] is not None
    receiver.answer = lambda _: 200
    fall_due(stack)
    assert not deliveries(client, webhook, "?status=pending")


def test_each_failure_in_a_row_makes_a_webhook_s_backoff_longer_up_to_its_bound(
    stack: Stack, receiver: Receiver
) -> None:
    client = stack.user()
    make(client, receiver, "deposit.completed")
    receiver.answer = lambda _: 500
    deposit(client, open_account(client), 1, Prefer="wait=10")
    deliver(stack)
    backoffs = []
    for _ in range(1, attempts.MAX_ATTEMPTS):
        # A sender's time is the failure's, whatever the test takes to look: both are in the row.
        ((backoff_s,),) = stack.database.read(
            "select round(extract(epoch from w.rests_until - d.next_attempt_at))::int"
            " from ledger.webhooks w join ledger.webhook_deliveries d using (webhook_id)"
            " where w.failures > 0"
        )
        backoffs.append(backoff_s)
        fall_due(stack)
    assert backoffs == [
        attempts.WEBHOOK_BACKOFF.after(failures) - attempts.DELIVERY_BACKOFF.after(failures)
        for failures in range(1, attempts.MAX_ATTEMPTS)
    ]


def test_what_is_never_taken_is_given_up_and_can_be_replayed(
    stack: Stack, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MAX_ATTEMPTS", 2)
    client = stack.user()
    account_id = open_account(client)
    webhook = make(client, receiver, "deposit.completed")
    receiver.answer = lambda got: 410 if got.event["transaction"]["amount"] == 1 else 200
    for amount in (1, 2):
        deposit(client, account_id, amount, Prefer="wait=10")
    deliver(stack)
    fall_due(stack)
    (failed,) = deliveries(client, webhook, "?status=failed")
    assert (failed["attempts"], failed["next_attempt_at"]) == (2, None)
    assert failed["finished_at"] is not None
    fall_due(stack)
    assert [one.event["transaction"]["amount"] for one in receiver.received] == [1, 1, 2]
    receiver.answer = lambda _: 200
    path = f"/webhooks/{webhook['webhook_id']}/deliveries/{failed['delivery_id']}/replay"
    assert stack.user().post(path).status == 404
    answer = client.post(path)
    assert (answer.status, answer.json["status"]) == (202, "pending")
    fall_due(stack)
    assert receiver.received[-1].event["transaction"]["amount"] == 1
    assert not deliveries(client, webhook, "?status=failed")


def test_redirects_are_not_followed(stack: Stack, receiver: Receiver) -> None:
    client = stack.user()
    account_id = open_account(client)
    webhook = make(client, receiver, "deposit.completed")
    receiver.answer, receiver.location = (lambda _: 307), receiver.url + "/elsewhere"
    deposit(client, account_id, 1, Prefer="wait=10")
    deliver(stack)
    assert [one.path for one in receiver.received] == ["/hook"]
    assert deliveries(client, webhook)[0]["last_error"] == "answered 307"


def test_a_receiver_that_drips_is_left_within_the_time(
    stack: Stack, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "DEADLINE_S", 0.3)

    def slowly(_: Received) -> int:
        time.sleep(1.5)
        return 200

    client = stack.user()
    account_id = open_account(client)
    webhook = make(client, receiver, "deposit.completed")
    receiver.answer = slowly
    deposit(client, account_id, 1, Prefer="wait=10")
    event = lambda_event(stack)
    started_s = time.monotonic()
    webhooks.handler(event, None)
    assert time.monotonic() - started_s < 1.2
    assert deliveries(client, webhook)[0]["last_error"] == "no response within 0.3 s"


def test_a_private_address_is_not_connected_to_even_if_it_was_taken_once(
    stack: Stack, receiver: Receiver
) -> None:
    client = stack.user()
    account_id = open_account(client)
    webhook = make(client, receiver, "deposit.completed")
    deposit(client, account_id, 1, Prefer="wait=10")
    wiring.settings.replace(replace(wiring.settings(), webhooks_allow_loopback=False))
    deliver(stack)
    assert not receiver.received
    assert deliveries(client, webhook)[0]["last_error"].startswith("must begin with https://")


def test_webhooks_are_their_owner_s_alone(stack: Stack, receiver: Receiver) -> None:
    client, other = stack.user(), stack.user()
    webhook = make(client, receiver)
    path = f"/webhooks/{webhook['webhook_id']}"
    assert client.get(path).json == {k: v for k, v in webhook.items() if k != "secret"}
    assert [one["webhook_id"] for one in client.get("/webhooks").json["data"]] == [
        webhook["webhook_id"]
    ]
    assert other.get("/webhooks").json["data"] == []
    for answer in (other.get(path), other.delete(path), other.get(path + "/deliveries")):
        assert answer.status == 404
    assert client.delete(path).status == 204
    assert client.get(path).status == 404
    assert client.delete(path).status == 404


def test_a_user_has_a_limited_number_of_webhooks(stack: Stack, receiver: Receiver) -> None:
    client = stack.user()
    for _ in range(20):
        make(client, receiver)
    body = {"url": receiver.url, "events": ["*"]}
    assert client.post("/webhooks", body).status == 422


@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://10.0.0.1/", "events": ["*"]},
        {"url": "https://169.254.169.254/latest", "events": ["*"]},
        {"url": "https://example.com/", "events": []},
        {"url": "https://example.com/", "events": ["deposit"]},
        {"url": "https://example.com/", "events": ["*.*"]},
        {"url": "https://example.com/"},
        {"url": "https://example.com/", "events": ["deposit.received"]},
        {"url": "https://example.com/", "events": ["deposit.*", "gift.*"]},
        {"url": "https://example.com/", "events": ["transfer.posted"]},
        {"url": "https://[fec0::1]/", "events": ["*"]},
        {"url": "https://example.com:65536/", "events": ["*"]},
    ],
)
def test_a_wrong_webhook_is_refused(stack: Stack, receiver: Receiver, body: object) -> None:
    answer = stack.user().post("/webhooks", body)
    assert (answer.status, answer.json["code"]) == (422, "validation_failed")


@pytest.mark.parametrize(
    "url",
    [
        *("HTTPS://example.com/", "https://example.com?x=1", "https://example.com:65535/hook"),
        "https://a.b.c.d.e.f.g.h.i.j.k.l.m.example.com/",
    ],
)
def test_whatever_is_a_public_url_is_taken(stack: Stack, receiver: Receiver, url: str) -> None:
    answer = stack.user().post("/webhooks", {"url": url, "events": ["transfer.received", "hold.*"]})
    assert (answer.status, answer.json["url"]) == (201, url)


def raw_event(partition: int, *values: bytes | None) -> dict[str, Any]:
    """Return records of the events topic that may hold anything."""
    records = [
        {
            "partition": partition,
            "offset": offset,
            "timestamp": 1_700_000_000_000,
            "value": None if value is None else base64.b64encode(value).decode(),
        }
        for offset, value in enumerate(values)
    ]
    return {"records": {f"raw.events-{partition}": records}}


def parked_events(stack: Stack) -> list[tuple[int, bytes | None]]:
    rows = stack.database.read(
        'select "offset", value from ledger.parked_events where topic = %s order by "offset"',
        ["raw.events"],
    )
    return [(offset, None if value is None else bytes(value)) for offset, value in rows]


def test_a_record_that_is_no_event_is_put_aside_once(stack: Stack, receiver: Receiver) -> None:
    stack.database.write("delete from ledger.parked_events")
    make(stack.user(), receiver)
    values = [b"not json", None, b'{"event_id":"e","type":"a.b","account_id":"\xff"}']
    for _ in range(2):
        assert webhooks.handler(raw_event(0, *values), None) == {"batchItemFailures": []}
    assert parked_events(stack) == [*enumerate(values)]


def test_an_event_that_the_database_refuses_holds_up_none(
    stack: Stack, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.database.write("delete from ledger.parked_events")
    client = stack.user()
    account_id = open_account(client)
    make(client, receiver)
    # As if reading were less strict than the table's index: no entry of it can be this long.
    loose = msgspec.defstruct("Loose", [(name, str) for name in ("event_id", "type", "account_id")])
    monkeypatch.setattr(deliveries_module, "_head", msgspec.json.Decoder(loose))
    ids = ["evt_a", secrets.token_hex(8000), "evt_b"]
    values = [
        f'{{"event_id":"{one}","type":"deposit.completed","account_id":"{account_id}"}}'.encode()
        for one in ids
    ]
    assert webhooks.handler(raw_event(0, *values), None) == {"batchItemFailures": []}
    assert parked_events(stack) == [(1, values[1])]
    assert [one.event["event_id"] for one in receiver.received] == ["evt_a", "evt_b"]
