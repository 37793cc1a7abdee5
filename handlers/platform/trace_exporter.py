"""Sends finished spans as OTLP in JSON: to a collector over HTTP, or to a file of lines.

Spans have one attempt, of a second at most, because nobody may wait for a trace. After a failure,
spans are dropped for a minute without an attempt, and a warning says so.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from opentelemetry.exporter.otlp.json.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from handlers.platform.clock import monotonic_s
from handlers.platform.iam_tokens import signed_headers

logger = logging.getLogger(__name__)

FILE: Final = "file:"
TIMEOUT_S: Final = 1.0
#: A file of this size is renamed to ``<name>.1``, which replaces the one before.
MAX_FILE_BYTES: Final = 64 * 2**20
#: How long nothing is sent after a failure.
BREAK_S: Final = 60.0
#: X-Ray's endpoint for traces takes requests that are signed with the function's role.
_XRAY: Final = re.compile(r"https://xray\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/")

Sender = Callable[[bytes], None]


class Exporter(SpanExporter):
    """Sends spans with a sender, and drops those that it fails to send."""

    def __init__(self, send: Sender) -> None:
        self._send = send
        self._rests_until_s = 0.0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans; return whether that succeeded."""
        if monotonic_s() < self._rests_until_s:
            return SpanExportResult.FAILURE
        try:
            self._send(encode_spans(spans).to_json().encode())
        except (OSError, HTTPError) as error:
            self._rests_until_s = monotonic_s() + BREAK_S
            logger.warning("traces can't be sent, and are dropped for %d s: %s", BREAK_S, error)
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS


def sender_to(place: str) -> Sender:
    """Return the sender for a place, as `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` names it."""
    if place.startswith(FILE):
        return FileSender(Path(place.removeprefix(FILE)))
    return HttpSender(place)


class HttpSender:
    """Posts to a collector, or to X-Ray's endpoint with a signature."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._region = found["region"] if (found := _XRAY.match(url)) else None
        self._pool = PoolManager(retries=False, timeout=Timeout(total=TIMEOUT_S))

    def __call__(self, body: bytes) -> None:
        """Post a body.

        Raises
        ------
        OSError, urllib3.exceptions.HTTPError
            If it was not accepted.
        """
        headers: Mapping[str, str] = {"Content-Type": "application/json"}
        if self._region is not None:
            headers = signed_headers(self._url, body, headers, "xray", self._region)
        answer = self._pool.request("POST", self._url, body=body, headers=headers)
        if not 200 <= answer.status < 300:
            raise OSError(f"the collector answered {answer.status}")


class FileSender:
    """Appends lines to a file that other processes append to as well, within a bound."""

    def __init__(self, path: Path, max_bytes: int = MAX_FILE_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes

    def __call__(self, body: bytes) -> None:
        """Append a line.

        Raises
        ------
        OSError
            If it can't be written.
        """
        with self._path.open("ab") as file:
            # Of two processes that find the file full, only the first may rename it.
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(body + b"\n")
            file.flush()
            if file.tell() >= self._max_bytes and _is_at(self._path, file.fileno()):
                self._path.replace(self._path.with_name(self._path.name + ".1"))


def _is_at(path: Path, descriptor: int) -> bool:
    """Return whether a path still names an open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
