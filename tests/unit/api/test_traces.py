"""A traced request is found by its log line, and its records carry its trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions import wiring
from handlers.platform.trace_exporter import Exporter
from handlers.platform.traces import Traces
from tests.support.collector import Span, spans_of
from tests.unit.api.conftest import ACCOUNT, Api

DEPOSIT: dict[str, Any] = {"account_id": ACCOUNT, "amount": 5, "currency": "EUR"}
CLIENTS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Sent:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def __call__(self, body: bytes) -> None:
        self.spans += spans_of(body)


@pytest.fixture
def sent(api: Api) -> Iterator[Sent]:
    """Trace every request."""
    made = Sent()
    traces = Traces(Exporter(made), service="ledgerlane-api", stage="test", ratio=1.0)
    wiring.traces.replace(traces)
    yield made
    traces.close()


def line_of(output: str) -> dict[str, Any]:
    """Return the only line of the access log."""
    (line,) = [line for line in output.splitlines() if '"message":"request"' in line]
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_traced_requests_log_line_names_its_trace(
    api: Api, sent: Sent, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = api.alice.post("/deposits", DEPOSIT, **{"X-Request-Id": "req_1"})
    assert answer.status == 202

    request, send = sorted(sent.spans, key=lambda span: span.parent_id)
    assert (request.name, send.parent_id) == ("POST /deposits", request.span_id)
    line = line_of(capsys.readouterr().out)
    assert (line["request_id"], line["trace_id"]) == ("req_1", request.trace_id)
    assert request.attributes["ledgerlane.request_id"] == "req_1"


def test_a_request_that_is_not_traced_has_no_trace_and_no_header(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    traces = Traces(Exporter(Sent()), service="ledgerlane-api", stage="test", ratio=0.0)
    wiring.traces.replace(traces)
    try:
        assert api.alice.post("/deposits", DEPOSIT, traceparent=CLIENTS).status == 202
    finally:
        traces.close()

    assert "trace_id" not in line_of(capsys.readouterr().out)
    assert api.producer.headers == [()]


def test_a_record_carries_the_span_that_sent_it(api: Api, sent: Sent) -> None:
    assert api.alice.post("/deposits", DEPOSIT, traceparent=CLIENTS).status == 202

    (send,) = [span for span in sent.spans if span.kind == "PRODUCER"]
    assert api.producer.headers == [[("traceparent", f"00-{send.trace_id}-{send.span_id}-01")]]
    assert send.trace_id not in CLIENTS


@pytest.mark.parametrize("malformed", ["", "x", "00-00-00-00", CLIENTS.upper(), "\u00e9" * 55])
def test_a_malformed_traceparent_is_no_reason_to_refuse_a_request(
    api: Api, sent: Sent, malformed: str
) -> None:
    assert api.alice.post("/deposits", DEPOSIT, traceparent=malformed).status == 202
    assert all(span.links == () for span in sent.spans)


def test_a_request_that_is_refused_is_traced_without_an_error_of_ours(api: Api, sent: Sent) -> None:
    assert api.nobody.post("/deposits", DEPOSIT).status == 401
    (span,) = sent.spans
    assert (span.attributes["http.response.status_code"], span.is_error) == (401, False)
