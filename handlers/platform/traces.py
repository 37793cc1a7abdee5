"""Traces of requests, from HTTP through the log to webhooks, made with OpenTelemetry's SDK.

Only a process whose traces are on imports this module (docs/decisions/0116). Names and attributes
follow OpenTelemetry's semantic conventions for HTTP and messaging. Attributes have ids and counts,
but never amounts, names or tokens; an error is named by its class, because messages quote input.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import StatusCode

from handlers.platform.kafka import Headers
from handlers.platform.traceparent import NAME, Parent, parse

Attributes = Mapping[str, str | int]

#: How long finished spans are collected before they are sent in the background.
COLLECT_MS: Final = 500
#: The maximum number of spans that are sent at once, and that wait to be sent.
SENT_AT_ONCE: Final = 512
MAX_WAITING: Final = 8192

REQUEST_ID: Final = "ledgerlane.request_id"
TRANSACTION_ID: Final = "ledgerlane.transaction_id"
KIND: Final = "ledgerlane.kind"
_ERROR: Final = "error.type"
_STATUS: Final = "http.response.status_code"


class Traces:
    """A process's traces.

    Parameters
    ----------
    exporter
        Where finished spans go.
    service, stage
        Names of the function and of the stage, on every span.
    ratio
        The share of requests that are traced, from 0 to 1. What follows from a traced request is
        traced too, and nothing else is.
    trusts_clients
        Whether a client's header decides whether its request is traced, and in which trace.
    may_freeze
        Whether the process may be frozen after an invocation, as Lambda does.
    """

    def __init__(
        self,
        exporter: SpanExporter,
        *,
        service: str,
        stage: str,
        ratio: float,
        trusts_clients: bool = False,
        may_freeze: bool = True,
    ) -> None:
        # `request` samples; everything else follows from a traced parent.
        self._provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=Resource({"service.name": service, "deployment.environment.name": stage}),
            shutdown_on_exit=False,
        )
        self._processor = BatchSpanProcessor(
            exporter,
            max_queue_size=MAX_WAITING,
            schedule_delay_millis=COLLECT_MS,
            max_export_batch_size=SENT_AT_ONCE,
        )
        self._provider.add_span_processor(self._processor)
        self._tracer = self._provider.get_tracer("ledgerlane")
        self._ratio = ratio
        self._trusts_clients = trusts_clients
        self._may_freeze = may_freeze

    def is_traced(self, client: str | None) -> bool:
        """Decide whether to trace a request.

        The SDK's samplers would make ids for each request first, which takes ten times as long.

        Parameters
        ----------
        client
            The client's ``traceparent``, or None.
        """
        if self._trusts_clients and client is not None and (parent := parse(client)) is not None:
            return parent.is_sampled
        return random.random() < self._ratio

    @contextmanager
    def request(
        self, method: str, route: str, request_id: str, client: str | None
    ) -> Iterator[Work]:
        """Trace a request, which `is_traced` chose.

        A client that is not trusted gets a new trace, with a link to its own.
        """
        parent = parse(client)
        context, links = Context(), []
        if parent is not None and self._trusts_clients:
            context = _within(_remote(parent))
        elif parent is not None:
            links = [Link(_remote(parent))]
        attributes = {"http.request.method": method, "http.route": route, REQUEST_ID: request_id}
        with self._span(f"{method} {route}", SpanKind.SERVER, attributes, context, links) as work:
            yield work

    @contextmanager
    def sending(self, topic: str, count: int) -> Iterator[Headers]:
        """Trace sending records to a topic; return the headers to send, none if not traced."""
        if not trace.get_current_span().get_span_context().trace_flags.sampled:
            yield ()
            return
        attributes = _messaging("send", topic) | {"messaging.batch.message_count": count}
        with self._span(f"send {topic}", SpanKind.PRODUCER, attributes) as work:
            yield [(NAME, work.header)]

    @contextmanager
    def processing(
        self,
        topic: str,
        partition: int,
        count: int,
        traced: Mapping[int, tuple[Parent, Attributes]],
    ) -> Iterator[Mapping[int, str]]:
        """Trace processing a batch of a partition's records.

        The batch has a span of its own, with a link to each traced record. Each of these has a span
        in its own trace, which links to the batch.

        Parameters
        ----------
        count
            The number of records, traced or not.
        traced
            By offset: where each traced record comes from, and its attributes.

        Returns
        -------
        mapping
            By offset: the header's value for whatever follows from the record.
        """
        name, about = f"process {topic}", _messaging("process", topic)
        about["messaging.destination.partition.id"] = str(partition)
        parents = {offset: _remote(parent) for offset, (parent, _) in traced.items()}
        links = [Link(each) for each in parents.values()]
        size = {"messaging.batch.message_count": count}
        with self._span(name, SpanKind.CONSUMER, about | size, Context(), links) as batch:
            to_batch = (Link(batch.span.get_span_context()),)
            spans = {
                offset: self._tracer.start_span(
                    name,
                    _within(parent),
                    SpanKind.CONSUMER,
                    {**about, **traced[offset][1], "messaging.kafka.offset": offset},
                    to_batch,
                )
                for offset, parent in parents.items()
            }
            try:
                yield {offset: _header(span) for offset, span in spans.items()}
            except BaseException as error:
                for span in spans.values():
                    _fail(span, error)
                raise
            finally:
                for span in spans.values():
                    span.end()

    @contextmanager
    def delivering(self, stored: str | None, attributes: Attributes) -> Iterator[Work | None]:
        """Trace an attempt at a delivery.

        Parameters
        ----------
        stored
            The header's value that was stored with the delivery. If there is none, the attempt is
            not traced.
        """
        parent = parse(stored)
        if parent is None:
            yield None
            return
        about = {"http.request.method": "POST", **attributes}
        context = _within(_remote(parent))
        with self._span("deliver webhook", SpanKind.CLIENT, about, context) as work:
            yield work

    def flush(self) -> None:
        """Send what is finished, if the process may be frozen; others send in the background."""
        if self._may_freeze:
            self._processor.force_flush()

    def close(self) -> None:
        """Send what is finished, and stop."""
        self._provider.shutdown()

    @contextmanager
    def _span(
        self,
        name: str,
        kind: SpanKind,
        attributes: Attributes,
        context: Context | None = None,
        links: Iterable[Link] = (),
    ) -> Iterator[Work]:
        span = self._tracer.start_span(name, context, kind, attributes, tuple(links))
        with trace.use_span(
            span, end_on_exit=True, record_exception=False, set_status_on_exception=False
        ):
            try:
                yield Work(span)
            except BaseException as error:
                _fail(span, error)
                raise


class Work:
    """A traced piece of work.

    Attributes
    ----------
    header
        The header's value for whatever follows from it.
    """

    def __init__(self, span: Span) -> None:
        self.span = span
        self.header = _header(span)

    @property
    def trace_id(self) -> str:
        """The trace's id in hexadecimal, for logs."""
        return f"{self.span.get_span_context().trace_id:032x}"

    def answered(self, status: int | None, failed_from: int = 400) -> None:
        """Note a response's status, or None if there was no response.

        Parameters
        ----------
        failed_from
            The lowest status that is an error here: a server's own begin at 500.
        """
        if status is not None:
            self.span.set_attribute(_STATUS, status)
        if status is None or status >= failed_from:
            self.span.set_attribute(_ERROR, "no_response" if status is None else str(status))
            self.span.set_status(StatusCode.ERROR)


def _messaging(operation: str, topic: str) -> dict[str, str | int]:
    return {
        "messaging.system": "kafka",
        "messaging.destination.name": topic,
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
    }


def _remote(parent: Parent) -> SpanContext:
    flags = TraceFlags(TraceFlags.SAMPLED if parent.is_sampled else TraceFlags.DEFAULT)
    return SpanContext(parent.trace_id, parent.span_id, is_remote=True, trace_flags=flags)


def _within(parent: SpanContext) -> Context:
    return trace.set_span_in_context(NonRecordingSpan(parent), Context())


def _header(span: Span) -> str:
    context = span.get_span_context()
    return Parent(context.trace_id, context.span_id, context.trace_flags.sampled).header()


def _fail(span: Span, error: BaseException) -> None:
    span.set_attribute(_ERROR, type(error).__name__)
    span.set_status(StatusCode.ERROR)
