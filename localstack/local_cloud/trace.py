"""`make trace ID=...`: find a request's trace in the instance's file, and print its spans."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError

#: The attributes that a trace is found by.
FOUND_BY = ("ledgerlane.request_id", "ledgerlane.transaction_id")
#: The attributes that are shown, and what is written before them.
SHOWN = {
    "http.response.status_code": "",
    "error.type": "error ",
    "ledgerlane.kind": "",
    "messaging.destination.partition.id": "partition ",
    "messaging.kafka.offset": "offset ",
    "http.request.resend_count": "retries ",
}
SERVICE_PREFIX = "ledgerlane-"


@dataclass
class Span:
    """A span of the file. Ids are hexadecimal, and times are in nanoseconds since the epoch."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    start_ns: int
    end_ns: int
    attributes: dict[str, str]
    children: list[Span] = field(default_factory=list)


def show_trace(instance: Instance, wanted: str) -> str:
    """Return the spans of the traces of a request or transaction, as text.

    Parameters
    ----------
    instance : Instance
        The instance, whose traces go to a file.
    wanted : str
        The request's ``X-Request-Id``, the transaction's id, or the trace's.

    Raises
    ------
    LocalCloudError
        If there is no file, or no such trace in it.
    """
    if instance.traces not in ("0", "1"):
        raise LocalCloudError(
            f"traces go to {instance.traces}", f"search there for {FOUND_BY[0]} = {wanted}"
        )
    file = instance.traces_file
    files = [path for path in (file.with_name(file.name + ".1"), file) if path.exists()]
    if not files:
        raise LocalCloudError("there is no file of traces", "run `TRACES=1 make up`, and ask again")
    found = {span.trace_id for span in _spans(files, {wanted}) if _is_wanted(span, wanted)}
    if not found:
        raise LocalCloudError(
            f"no trace has the id {wanted}",
            "finished work is written within a second; OTEL_TRACES_SAMPLER_ARG is the share of "
            "requests that are traced",
        )
    spans = [span for span in _spans(files, found) if span.trace_id in found]
    return "\n".join(line for root in _roots(spans) for line in _lines(root, root.start_ns))


def _is_wanted(span: Span, wanted: str) -> bool:
    return wanted in (span.trace_id, *(span.attributes.get(name) for name in FOUND_BY))


def _spans(files: Iterable[Path], texts: set[str]) -> Iterator[Span]:
    """Yield the spans of the lines that contain one of some texts."""
    for path in files:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                # A line that is still being written ends without a newline.
                if line.endswith("\n") and any(text in line for text in texts):
                    yield from _spans_of(json.loads(line))


def _spans_of(request: dict[str, Any]) -> Iterator[Span]:
    """Yield the spans of an OTLP request in JSON."""
    for of_resource in request["resourceSpans"]:
        resource = _values(of_resource["resource"])
        service = resource.get("service.name", "").removeprefix(SERVICE_PREFIX)
        for of_scope in of_resource["scopeSpans"]:
            for one in of_scope["spans"]:
                yield Span(
                    service,
                    one["name"],
                    one["traceId"],
                    one["spanId"],
                    one.get("parentSpanId", ""),
                    int(one["startTimeUnixNano"]),
                    int(one["endTimeUnixNano"]),
                    _values(one),
                )


def _values(holder: dict[str, Any]) -> dict[str, str]:
    return {one["key"]: str(*one["value"].values()) for one in holder.get("attributes", ())}


def _roots(spans: list[Span]) -> list[Span]:
    """Give each span its children, and return those whose parent is not among them."""
    by_id = {span.span_id: span for span in spans}
    roots: list[Span] = []
    for span in sorted(by_id.values(), key=lambda span: span.start_ns):
        parent = by_id.get(span.parent_id)
        (roots if parent is None else parent.children).append(span)
    return roots


def _lines(span: Span, begin_ns: int, before: str = "", branch: str = "") -> Iterator[str]:
    after_ms = (span.start_ns - begin_ns) / 1e6
    took_ms = (span.end_ns - span.start_ns) / 1e6
    known = span.attributes
    shown = [f"{text}{known[name]}" for name, text in SHOWN.items() if name in known]
    title = f"{before}{branch}{span.name}"
    yield (
        f"{title:<60} {span.service:<9} {after_ms:>9.1f} ms {took_ms:>9.1f} ms  {', '.join(shown)}"
    ).rstrip()
    below = before + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
    for place, child in enumerate(span.children, 1):
        is_last = place == len(span.children)
        yield from _lines(child, begin_ns, below, "└─ " if is_last else "├─ ")
