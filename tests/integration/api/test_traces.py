"""One trace goes with a command through the real log and database, however often it is tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from functions import apply, webhooks, wiring
from handlers.webhooks import attempts
from tests.integration.api.harness import Stack, deposit, open_account
from tests.integration.api.test_webhooks import lambda_event
from tests.support.collector import Collector, Span
from tests.support.receiver import Receiver

pytestmark = pytest.mark.integration


@pytest.fixture
def collector(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Trace every request, for the length of a test, and send before an invocation ends."""
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
    before = wiring.settings()
    with Collector() as made:
        wiring.settings.replace(
            replace(
                before,
                otel_exporter_otlp_traces_endpoint=made.url,
                otel_traces_sampler_arg=1.0,
                webhooks_allow_loopback=True,
            )
        )
        forget()
        yield made
        traces = wiring.traces()
        assert traces is not None
        traces.close()
        wiring.settings.replace(before)
        forget()


def forget() -> None:
    """Make what depends on the settings anew."""
    for each in (wiring.traces, wiring.writer, wiring.intake, wiring.webhooks):
        each.reset()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


def make_due(stack: Stack) -> None:
    stack.database.write("update ledger.webhook_deliveries set next_attempt_at = now()")
    stack.database.write("update ledger.webhooks set rests_until = now()")


def names(span: Span, spans: list[Span]) -> list[str]:
    """Return the names of a span's ancestors and its own."""
    by_id = {each.span_id: each for each in spans}
    found: list[str] = []
    at: Span | None = span
    while at is not None:
        found.append(at.name)
        at = by_id.get(at.parent_id)
    return found[::-1]


def test_a_trace_goes_from_the_request_to_every_attempt_at_its_webhook(
    stack: Stack, collector: Collector, receiver: Receiver
) -> None:
    client = stack.user()
    account_id = open_account(client)
    body = {"url": receiver.url + "/hook", "events": ["deposit.*"]}
    assert client.post("/webhooks", body).status == 201
    receiver.answer = lambda _: 500 if len(receiver.received) == 1 else 204

    # The applier of the other tests knows no traces.
    with stack.held():
        sent = deposit(client, account_id, 5, **{"X-Request-Id": "req_of_the_trace"})
        assert sent.status == 202, sent.text
        assert apply.handler(lambda_event(stack, stack.topic), None) == {"batchItemFailures": []}
        assert webhooks.handler(lambda_event(stack), None) == {"batchItemFailures": []}
        make_due(stack)
        webhooks.handler({}, None)

    (request,) = [
        span
        for span in collector.spans
        if span.kind == "SERVER" and span.attributes["ledgerlane.request_id"] == "req_of_the_trace"
    ]
    spans = [span for span in collector.spans if span.trace_id == request.trace_id]
    first, second = [span for span in spans if span.name == "deliver webhook"]
    for delivery in (first, second):
        assert names(delivery, spans) == [
            "POST /deposits",
            f"send {stack.topic}",
            f"process {stack.topic}",
            f"process {stack.events}",
            "deliver webhook",
        ]
    retries = [span.attributes["http.request.resend_count"] for span in (first, second)]
    assert (retries, first.is_error, second.is_error) == ([0, 1], True, False)
    assert [
        {name.lower(): value for name, value in one.headers.items()}["traceparent"]
        for one in receiver.received
    ] == [f"00-{span.trace_id}-{span.span_id}-01" for span in (first, second)]


def test_a_batch_of_commands_is_one_send_and_each_goes_on_by_itself(
    stack: Stack, collector: Collector
) -> None:
    client = stack.user()
    accounts = [open_account(client) for _ in range(2)]
    items = [
        {"kind": "deposit", "account_id": account_id, "amount": 5, "currency": "EUR"}
        for account_id in accounts
    ]
    with stack.held():
        sent = client.post(
            "/transactions/batch", {"items": items}, **{"X-Request-Id": "req_of_the_batch"}
        )
        assert sent.status == 202, sent.text
        apply.handler(lambda_event(stack, stack.topic), None)

    applied = [
        span
        for span in collector.spans
        if span.kind == "CONSUMER"
        and span.attributes.get("ledgerlane.request_id") == "req_of_the_batch"
    ]
    assert len(applied) == 2
    (send,) = [
        span
        for span in collector.spans
        if span.kind == "PRODUCER" and span.trace_id == applied[0].trace_id
    ]
    assert {span.parent_id for span in applied} == {send.span_id}
    assert send.attributes["messaging.batch.message_count"] == 2


def test_the_functions_of_the_release_before_store_deliveries_without_traces(stack: Stack) -> None:
    """They don't name the column, and run beside the new ones during an update."""
    client = stack.user()
    account_id = open_account(client)
    body = {"url": "https://example.com/", "events": ["*"]}
    webhook_id = client.post("/webhooks", body).json["webhook_id"]
    stack.database.write(
        "insert into ledger.webhook_deliveries"
        " (delivery_id, webhook_id, account_id, event_id, event_type, payload)"
        " values (gen_random_uuid(), %(webhook)s, %(account)s, 'evt_1', 'deposit.completed', '{}')",
        {"webhook": webhook_id[4:], "account": account_id[4:]},
    )
    (claimed,) = attempts.DueDeliveries(stack.database).claim({webhook_id[4:]: 1})
    assert claimed.traceparent is None
