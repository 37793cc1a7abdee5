"""An OTLP collector that keeps what it is sent, and spans as tests ask about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto_json.collector.trace.v1.trace_service import ExportTraceServiceRequest

from tests.support.receiver import Received, Receiver

#: OTLP's number for a status.
ERROR = 2


@dataclass(frozen=True)
class Span:
    """A received span, also as the JSON of all of it; ids are hexadecimal."""

    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, Any]
    links: tuple[tuple[str, str], ...]
    is_error: bool
    raw: str = field(repr=False, compare=False)


def spans_of(body: str | bytes) -> list[Span]:
    """Decode a request's JSON."""
    text = body.decode() if isinstance(body, bytes) else body
    request = ExportTraceServiceRequest.from_json(text)
    found: list[Span] = []
    for resource_spans in request.resource_spans:
        assert resource_spans.resource is not None
        service = _values(resource_spans.resource.attributes)["service.name"]
        for scope_spans in resource_spans.scope_spans:
            found += [_span(service, one) for one in scope_spans.spans]
    return found


def _span(service: str, one: Any) -> Span:
    return Span(
        service,
        one.name,
        one.kind.name.removeprefix("SPAN_KIND_"),
        one.trace_id.hex(),
        one.span_id.hex(),
        (one.parent_span_id or b"").hex(),
        _values(one.attributes),
        tuple((link.trace_id.hex(), link.span_id.hex()) for link in one.links),
        one.status is not None and int(one.status.code) == ERROR,
        one.to_json(),
    )


def _values(attributes: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in attributes:
        value = one.value
        found[one.key] = value.int_value if value.string_value is None else value.string_value
    return found


class Collector(Receiver):
    """A receiver of spans.

    Attributes
    ----------
    status
        The status of its responses.
    """

    def __init__(self) -> None:
        super().__init__()
        self.url += "/v1/traces"
        self.spans: list[Span] = []
        self.status = 200
        self.answer = self._take

    @property
    def headers(self) -> list[dict[str, str]]:
        """The headers of each request."""
        return [one.headers for one in self.received]

    def _take(self, request: Received) -> int:
        self.spans += spans_of(request.body)
        return self.status
