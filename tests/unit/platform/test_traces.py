"""Which requests are traced, and what their spans say of whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from handlers.platform.trace_exporter import Exporter
from handlers.platform.traceparent import NAME, Parent, parse
from handlers.platform.traces import Traces
from tests.support.collector import Span, spans_of

CLIENTS = Parent(0xABC, 0xDEF, is_sampled=True)
MakeTraces = Callable[..., Traces]


class Sent:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def __call__(self, body: bytes) -> None:
        self.spans += spans_of(body)

    def named(self, name: str) -> Span:
        (found,) = [span for span in self.spans if span.name == name]
        return found


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def make(sent: Sent) -> Iterator[MakeTraces]:
    made: list[Traces] = []

    def make(**own: Any) -> Traces:
        options: dict[str, Any] = {"service": "ledgerlane-api", "stage": "test", "ratio": 1.0}
        options |= own
        made.append(Traces(Exporter(sent), **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize(("drawn", "is_traced"), [(0.0, True), (0.0099, True), (0.01, False)])
def test_the_ratio_decides_which_requests_are_traced(
    make: MakeTraces, monkeypatch: pytest.MonkeyPatch, drawn: float, is_traced: bool
) -> None:
    monkeypatch.setattr("handlers.platform.traces.random.random", lambda: drawn)
    assert make(ratio=0.01).is_traced(None) is is_traced


def test_a_client_can_neither_force_a_trace_nor_prevent_it(make: MakeTraces) -> None:
    assert not make(ratio=0.0).is_traced(CLIENTS.header())
    assert make(ratio=1.0).is_traced(CLIENTS._replace(is_sampled=False).header())


def test_a_trusted_client_decides_and_one_that_says_nothing_is_drawn(make: MakeTraces) -> None:
    assert make(ratio=0.0, trusts_clients=True).is_traced(CLIENTS.header())
    unsampled = CLIENTS._replace(is_sampled=False).header()
    assert not make(ratio=1.0, trusts_clients=True).is_traced(unsampled)
    assert make(ratio=1.0, trusts_clients=True).is_traced("not a traceparent")


def test_a_clients_trace_is_linked_to_and_only_a_trusted_ones_continued(
    make: MakeTraces, sent: Sent
) -> None:
    for trusts in (False, True):
        traces = make(trusts_clients=trusts)
        with traces.request("GET", "/me", "req_1", CLIENTS.header()):
            pass
        traces.flush()

    apart, within = sent.spans
    assert apart.links == ((f"{0xABC:032x}", f"{0xDEF:016x}"),)
    assert (apart.parent_id, apart.trace_id == f"{0xABC:032x}") == ("", False)
    assert (within.trace_id, within.parent_id) == (f"{0xABC:032x}", f"{0xDEF:016x}")
    assert within.links == ()


def test_a_request_is_found_by_its_id_and_has_its_route_and_status(
    make: MakeTraces, sent: Sent
) -> None:
    traces = make()
    with traces.request("POST", "/transfers", "req_7", None) as work:
        work.answered(202, failed_from=500)
    traces.flush()

    span = sent.named("POST /transfers")
    assert (span.service, span.kind, span.is_error) == ("ledgerlane-api", "SERVER", False)
    assert span.attributes == {
        "http.request.method": "POST",
        "http.route": "/transfers",
        "http.response.status_code": 202,
        "ledgerlane.request_id": "req_7",
    }
    assert work.trace_id == span.trace_id


@pytest.mark.parametrize(("status", "is_error"), [(404, False), (500, True), (503, True)])
def test_only_a_servers_own_failure_is_a_requests_error(
    make: MakeTraces, sent: Sent, status: int, is_error: bool
) -> None:
    traces = make()
    with traces.request("GET", "/me", "req_1", None) as work:
        work.answered(status, failed_from=500)
    traces.flush()
    assert sent.named("GET /me").is_error is is_error


def test_records_are_sent_with_the_traces_header_only_within_a_traced_request(
    make: MakeTraces, sent: Sent
) -> None:
    traces = make()
    with traces.sending("commands", 1) as outside:
        pass
    with (
        traces.request("POST", "/transfers", "req_1", None),
        traces.sending("commands", 3) as in_it,
    ):
        pass
    traces.flush()

    assert outside == ()
    ((name, value),) = in_it
    span = sent.named("send commands")
    assert (name, parse(str(value))) == (
        NAME,
        Parent(int(span.trace_id, 16), int(span.span_id, 16), is_sampled=True),
    )
    assert (span.kind, span.parent_id) == ("PRODUCER", sent.named("POST /transfers").span_id)
    assert span.attributes["messaging.batch.message_count"] == 3


def test_a_batch_links_to_its_traced_records_and_each_goes_on_in_its_own_trace(
    make: MakeTraces, sent: Sent
) -> None:
    traces = make()
    traced = {5: (Parent(1, 2, True), {"ledgerlane.kind": "deposit"}), 9: (Parent(3, 4, True), {})}
    with traces.processing("commands", 6, 100, traced) as headers:
        pass
    traces.flush()

    batch, *each = sorted(sent.spans, key=lambda span: (span.parent_id != "", span.trace_id))
    assert batch.links == ((f"{1:032x}", f"{2:016x}"), (f"{3:032x}", f"{4:016x}"))
    assert batch.attributes["messaging.batch.message_count"] == 100
    assert [(span.trace_id, span.parent_id) for span in each] == [*batch.links]
    assert [span.links for span in each] == [((batch.trace_id, batch.span_id),)] * 2
    assert [span.attributes["messaging.kafka.offset"] for span in each] == [5, 9]
    assert each[0].attributes["ledgerlane.kind"] == "deposit"
    assert {span.kind for span in sent.spans} == {"CONSUMER"}
    assert headers == {
        offset: f"00-{span.trace_id}-{span.span_id}-01"
        for offset, span in zip((5, 9), each, strict=True)
    }


def test_an_error_is_named_by_its_class_because_its_message_quotes_input(
    make: MakeTraces, sent: Sent
) -> None:
    traces = make()
    with (
        pytest.raises(ValueError),
        traces.processing("commands", 0, 1, {0: (Parent(1, 2, True), {})}),
    ):
        raise ValueError("Ada has 12.34 EUR")
    traces.flush()

    assert [span.is_error for span in sent.spans] == [True, True]
    assert {span.attributes["error.type"] for span in sent.spans} == {"ValueError"}
    assert "Ada" not in "".join(span.raw for span in sent.spans)


def test_a_delivery_is_traced_if_its_event_was(make: MakeTraces, sent: Sent) -> None:
    traces = make()
    for stored in (None, "malformed"):
        with traces.delivering(stored, {}) as untraced:
            assert untraced is None
    with traces.delivering(Parent(1, 2, True).header(), {"http.request.resend_count": 0}) as work:
        assert work is not None
        work.answered(None)
    traces.flush()

    (span,) = sent.spans
    assert (span.name, span.kind, span.is_error) == ("deliver webhook", "CLIENT", True)
    assert (span.trace_id, span.parent_id) == (f"{1:032x}", f"{2:016x}")
    assert work.header == f"00-{span.trace_id}-{span.span_id}-01"


def test_only_what_may_be_frozen_sends_before_an_invocation_ends(
    make: MakeTraces, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.platform.traces.COLLECT_MS", 3_600_000)
    for may_freeze in (False, True):
        traces = make(may_freeze=may_freeze)
        with traces.request("GET", "/me", f"req_{may_freeze}", None):
            pass
        traces.flush()
    assert [span.attributes["ledgerlane.request_id"] for span in sent.spans] == ["req_True"]


def test_a_collector_that_fails_fails_nothing_else(make: MakeTraces) -> None:
    class Broken(SpanExporter):
        def export(self, spans: object) -> SpanExportResult:
            raise OSError("away")

    traces = Traces(Broken(), service="s", stage="t", ratio=1.0)
    with traces.request("GET", "/me", "req_1", None):
        pass
    traces.flush()
    traces.close()
