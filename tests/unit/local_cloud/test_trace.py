"""A request's spans are found in the file and printed as the tree that they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local_cloud.config import Instance, load_instance
from local_cloud.errors import LocalCloudError
from local_cloud.trace import show_trace

TRACE, OTHERS = "a" * 32, "b" * 32


def span(span_id: str, parent_id: str, name: str, start_ms: int, **more: Any) -> dict[str, Any]:
    attributes = more.pop("attributes", {})
    return {
        "traceId": TRACE,
        "spanId": span_id,
        "parentSpanId": parent_id,
        "name": name,
        "startTimeUnixNano": str(start_ms * 10**6),
        "endTimeUnixNano": str((start_ms + 1) * 10**6),
        "attributes": [{"key": k, "value": {"stringValue": v}} for k, v in attributes.items()],
    } | more


def line(service: str, *spans: dict[str, Any]) -> str:
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    request = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [*spans]}]}]}
    return json.dumps(request) + "\n"


REQUEST = span("1", "", "POST /transfers", 100, attributes={"ledgerlane.request_id": "req_1"})
SENT = span("2", "1", "send commands", 101)
FIRST = span("3", "2", "process commands", 110, attributes={"messaging.kafka.offset": "7"})
SECOND = span("4", "2", "process commands", 120)
ANOTHER = span("1", "", "GET /me", 100, traceId=OTHERS)


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return load_instance({"TRACES": "1"}, state=tmp_path)


def write(instance: Instance, *lines: str) -> None:
    instance.traces_file.write_text("".join(lines))


@pytest.mark.parametrize("wanted", ["req_1", TRACE])
def test_a_requests_spans_are_a_tree_in_order_of_time(instance: Instance, wanted: str) -> None:
    write(
        instance,
        line("ledgerlane-apply", SECOND, FIRST),
        line("ledgerlane-api", ANOTHER, SENT, REQUEST),
    )
    lines = show_trace(instance, wanted).splitlines()
    assert [" ".join(each.split()) for each in lines] == [
        "POST /transfers api 0.0 ms 1.0 ms",
        "└─ send commands api 1.0 ms 1.0 ms",
        "├─ process commands apply 10.0 ms 1.0 ms offset 7",
        "└─ process commands apply 20.0 ms 1.0 ms",
    ]
    assert [len(each) - len(each.lstrip()) for each in lines] == [0, 0, 3, 3]


def test_a_trace_goes_on_from_the_file_before(instance: Instance) -> None:
    write(instance, line("ledgerlane-apply", FIRST))
    instance.traces_file.with_name("traces.jsonl.1").write_text(line("a", SENT, REQUEST))
    assert len(show_trace(instance, "req_1").splitlines()) == 3


def test_a_line_that_is_being_written_is_left_for_the_next_time(instance: Instance) -> None:
    write(instance, line("a", REQUEST), line("a", SENT)[:-20])
    assert len(show_trace(instance, "req_1").splitlines()) == 1


def test_a_span_whose_parent_is_not_known_yet_is_shown_at_the_top(instance: Instance) -> None:
    write(instance, line("a", FIRST, REQUEST))
    assert [each.startswith("process") for each in show_trace(instance, "req_1").splitlines()] == [
        False,
        True,
    ]


def test_what_is_missing_is_told_with_what_to_do(instance: Instance) -> None:
    with pytest.raises(LocalCloudError, match="TRACES=1 make up"):
        show_trace(instance, "req_1")
    write(instance, line("a", REQUEST))
    with pytest.raises(LocalCloudError, match="OTEL_TRACES_SAMPLER_ARG"):
        show_trace(instance, "req_2")
    instance.traces = "http://127.0.0.1:4318/v1/traces"
    with pytest.raises(LocalCloudError, match=r"traces go to http.*ledgerlane.request_id = req_1"):
        show_trace(instance, "req_1")


def test_traces_are_off_until_asked_for_and_then_remembered(tmp_path: Path) -> None:
    assert load_instance({}, state=tmp_path).traces_endpoint == ""

    load_instance({"TRACES": "1"}, state=tmp_path).save()
    assert load_instance({}, state=tmp_path).traces_endpoint == f"file:{tmp_path}/traces.jsonl"

    url = "http://127.0.0.1:4318/v1/traces"
    load_instance({"TRACES": url}, state=tmp_path).save()
    assert load_instance({}, state=tmp_path).traces_endpoint == url
    assert load_instance({"TRACES": "0"}, state=tmp_path).traces_endpoint == ""


@pytest.mark.parametrize("wrong", ["yes", "127.0.0.1:4318", "ftp://127.0.0.1/v1/traces"])
def test_a_place_that_traces_cannot_go_to_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(LocalCloudError, match="TRACES="):
        load_instance({"TRACES": wrong}, state=tmp_path)
