"""Traces reach a collector or a file, and nobody waits or fails if they don't."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult

from handlers.platform import iam_tokens
from handlers.platform.clock import monotonic_s
from handlers.platform.trace_exporter import (
    BREAK_S,
    Exporter,
    FileSender,
    HttpSender,
    sender_to,
)
from tests.support.collector import Collector, spans_of


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as made:
        yield made


def send(exporter: Exporter, name: str) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    provider.get_tracer("test").start_span(name, attributes={"n": 1}).end()


def test_a_collector_is_sent_spans_as_otlp_in_json(collector: Collector) -> None:
    send(Exporter(sender_to(collector.url)), "work")
    assert [(span.name, span.attributes) for span in collector.spans] == [("work", {"n": 1})]
    assert collector.headers[0]["Content-Type"] == "application/json"
    assert "Authorization" not in collector.headers[0]


def test_after_a_failure_spans_are_dropped_for_a_while_without_waiting_for_the_collector(
    collector: Collector, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector.status = 503
    exporter = Exporter(sender_to(collector.url))
    with caplog.at_level(logging.WARNING, "handlers"):
        assert exporter.export([]) is SpanExportResult.FAILURE
        assert exporter.export([]) is SpanExportResult.FAILURE
    told = "traces can't be sent, and are dropped for 60 s: the collector answered 503"
    assert caplog.messages == [told]
    assert len(collector.headers) == 1

    collector.status = 200
    later_s = monotonic_s() + BREAK_S
    monkeypatch.setattr("handlers.platform.trace_exporter.monotonic_s", lambda: later_s)
    assert exporter.export([]) is SpanExportResult.SUCCESS


def test_a_collector_that_is_away_is_no_failure() -> None:
    exporter = Exporter(sender_to("http://127.0.0.1:1/v1/traces"))
    assert exporter.export([]) is SpanExportResult.FAILURE


def test_requests_to_xray_are_signed_with_the_functions_role(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "test")
    sender = HttpSender("https://xray.eu-central-1.amazonaws.com/v1/traces")
    posted: list[dict[str, str]] = []

    class Pool:
        def request(self, method: str, url: str, *, body: bytes, headers: dict[str, str]) -> object:
            posted.append(headers)
            return type("Answer", (), {"status": 200})

    monkeypatch.setattr(sender, "_pool", Pool())
    sender(b"{}")

    ((headers),) = posted
    assert "/eu-central-1/xray/aws4_request" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "test"
    assert headers["Content-Type"] == "application/json"


def test_a_signature_covers_the_body(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    url = "https://xray.eu-central-1.amazonaws.com/v1/traces"
    signatures = {
        iam_tokens.signed_headers(url, body, {}, "xray", "eu-central-1")["Authorization"]
        for body in (b"{}", b"[]")
    }
    assert len(signatures) == 2


def test_a_file_gets_a_line_for_each_request(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    exporter = Exporter(sender_to(f"file:{path}"))
    send(exporter, "first")
    send(exporter, "second")
    lines = path.read_text().splitlines()
    assert [spans_of(line)[0].name for line in lines] == ["first", "second"]


def test_a_full_file_is_kept_beside_the_new_one_and_the_one_before_is_dropped(
    tmp_path: Path,
) -> None:
    path = tmp_path / "traces.jsonl"
    write = FileSender(path, max_bytes=20)
    for n in range(7):
        write(b"123456789%d" % n)
    assert path.read_bytes() == b"1234567896\n"
    assert (tmp_path / "traces.jsonl.1").read_bytes() == b"1234567894\n1234567895\n"


def test_of_writers_at_once_none_drops_what_another_wrote(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    writers = [FileSender(path, max_bytes=500) for _ in range(8)]

    def work(place: int) -> None:
        for n in range(20):
            writers[place](b"%d-%02d" % (place, n))

    with ThreadPoolExecutor(len(writers)) as threads:
        list(threads.map(work, range(len(writers))))

    lines = b"".join(each.read_bytes() for each in tmp_path.iterdir()).splitlines()
    assert sorted(lines) == sorted(b"%d-%02d" % (p, n) for p in range(8) for n in range(20))


def test_a_writer_that_waited_while_the_file_was_renamed_does_not_rename_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "traces.jsonl"
    path.write_bytes(b"before\n")
    late, other = FileSender(path, max_bytes=12), FileSender(path, max_bytes=12)

    def locked(*_: object) -> None:
        monkeypatch.setattr("handlers.platform.trace_exporter.fcntl.flock", lambda *_: None)
        other(b"fills it")
        other(b"new")

    monkeypatch.setattr("handlers.platform.trace_exporter.fcntl.flock", locked)
    late(b"late")

    assert path.read_bytes() == b"new\n"
    assert (tmp_path / "traces.jsonl.1").read_bytes() == b"before\nfills it\nlate\n"


def test_a_folder_that_is_gone_is_no_failure(tmp_path: Path) -> None:
    exporter = Exporter(sender_to(f"file:{tmp_path}/gone/traces.jsonl"))
    assert exporter.export([]) is SpanExportResult.FAILURE
