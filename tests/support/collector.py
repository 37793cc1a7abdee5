"""An OTLP collector that keeps what it is sent, and spans as tests ask about them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from opentelemetry.proto_json.collector.trace.v1.trace_service import ExportTraceServiceRequest

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


class Collector:
    """A server on this machine.

    Attributes
    ----------
    answer
        The status of its responses.
    """

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.headers: list[dict[str, str]] = []
        self.answer = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.headers.append(dict(self.headers))
                outer.spans += spans_of(body)
                self.send_response(outer.answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1/traces"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
