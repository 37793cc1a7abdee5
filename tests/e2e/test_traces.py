"""A transfer is one trace, from its request to the webhook that tells of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_money import transfer
from tests.support.api import Api
from tests.support.collector import Span, spans_of
from tests.support.receiver import Receiver
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture
def file(stack: Stack) -> Path:
    """The file that the stack's functions send traces to."""
    place = os.environ.get("LEDGERLANE_TRACES", "")
    if not place.startswith("file:"):
        pytest.skip("the stack sends no traces to a file: TRACES=1 make up")
    return Path(place.removeprefix("file:"))


@pytest.fixture
def owner(stack: Stack) -> Iterator[Api]:
    person = Api(stack.api_url).sign_up("Tracy")
    yield person
    person.close()


def trace_of(file: Path, request_id: str) -> list[Span]:
    """Return the spans of a request's trace, as far as they are written."""
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    spans = [span for line in lines if line.endswith("\n") for span in spans_of(line)]
    ids = {
        span.trace_id
        for span in spans
        if span.kind == "SERVER" and span.attributes.get("ledgerlane.request_id") == request_id
    }
    return [span for span in spans if span.trace_id in ids]


def path_of(span: Span, spans: list[Span]) -> list[tuple[str, str, object]]:
    """Return a span's ancestors and itself: the function, the name, and the command's kind."""
    by_id = {each.span_id: each for each in spans}
    path: list[tuple[str, str, object]] = []
    at: Span | None = span
    while at is not None:
        path.append((at.service, at.name, at.attributes.get("ledgerlane.kind")))
        at = by_id.get(at.parent_id)
    return path[::-1]


def test_a_transfer_between_partitions_is_one_trace_with_its_deliveries(
    stack: Stack, owner: Api, receiver: Receiver, file: Path
) -> None:
    source = owner.open_account(balance=7_654_321)
    destination = owner.open_account_elsewhere(source, stack.partitions)
    body = {"url": receiver.url + "/hook", "events": ["transfer.completed"]}
    webhook_id = owner.post("/webhooks", body).json()["webhook_id"]
    request_id = f"req_{secrets.token_hex(16)}"
    # The stack of `make test` traces nothing but what a client asks for.
    client = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    headers = {"X-Request-Id": request_id, "traceparent": client}

    sent = transfer(source, destination, 1_234_567) | {"description": "for Grace"}
    answer = owner.request("POST", "/transfers", sent, headers)
    assert answer.status_code == 202, answer.text

    def delivered() -> list[Span]:
        return [span for span in trace_of(file, request_id) if span.name == "deliver webhook"]

    wait_until(lambda: bool(delivered()), "the delivery's span")
    spans = trace_of(file, request_id)
    api, apply, webhooks = (f"ledgerlane-{name}" for name in ("api", "apply", "webhooks"))
    commands = "process ledger.commands"
    (delivery,) = delivered()
    assert path_of(delivery, spans) == [
        (api, "POST /transfers", None),
        (api, "send ledger.commands", None),
        (apply, commands, "transfer"),
        (apply, commands, "credit_leg"),
        (apply, commands, "settlement"),
        (webhooks, "process ledger.events", None),
        (webhooks, "deliver webhook", None),
    ]
    (received,) = receiver.received
    carried = {name.lower(): value for name, value in received.headers.items()}["traceparent"]
    assert carried == f"00-{delivery.trace_id}-{delivery.span_id}-01"
    told = "".join(span.raw for span in spans)
    token = str(owner.client.headers["Authorization"]).removeprefix("Bearer ")
    for secret in ("1234567", "EUR", "Grace", token, source, owner.user_id, receiver.url):
        assert secret not in told
    assert owner.request("DELETE", f"/webhooks/{webhook_id}").status_code == 204
