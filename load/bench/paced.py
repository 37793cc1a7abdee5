"""The load generator for latencies: deposits at an even pace, independent of response times.

Each request has a time at which it is due, and its latency counts from that time. So the time that
it waits for a free connection or behind a stall is included (no coordinated omission). It runs as a
separate process and prints its figures as JSON:

    python -m load.bench.paced http://127.0.0.1:8080/v1/deposits ACCOUNTS-FILE RATE SECONDS RUN
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from load.bench.figures import percentile
from load.bench.people import amount_of

CONNECTIONS = 128
#: How long to wait for responses after the last request was due, in seconds.
GRACE_S = 30.0


class Requests:
    """Creates the n-th request, alternating between accounts, like ``singles.lua``."""

    def __init__(self, url: str, lines: Sequence[str], run: str) -> None:
        parts = urlsplit(url)
        self._parts = []
        for line in lines:
            account_id, token = line.split()
            head = (
                f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
                f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
                f"Idempotency-Key: {run}-0-"
            )
            body = f'{{"account_id":"{account_id}","currency":"EUR","amount":'
            self._parts.append((head, body))

    def make(self, n: int) -> bytes:
        """Return the bytes of a request."""
        head, start = self._parts[n % len(self._parts)]
        body = f"{start}{amount_of(0, n)}}}"
        return f"{head}{n}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


class Pacer:
    """Sends each request when it is due, or as soon as a connection is free.

    Parameters
    ----------
    total
        The number of requests.
    """

    def __init__(self, requests: Requests, rate: float, total: int) -> None:
        self._requests, self._rate, self.total = requests, rate, total
        self._loop = asyncio.get_running_loop()
        self._idle: deque[Connection] = deque()
        self._next = 0
        self._start_s = 0.0
        self.latencies_s: list[float] = []
        self.late_s: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.broken = 0
        self.over = asyncio.Event()

    def begin(self, connections: Sequence[Connection]) -> None:
        """Send the first request now."""
        self._idle.extend(connections)
        self._start_s = self._loop.time()
        self._tick()

    def _tick(self) -> None:
        self._send_due()
        if self._next < self.total:
            self._loop.call_at(self._start_s + self._next / self._rate, self._tick)

    def _send_due(self) -> None:
        while self._next < self.total and self._idle:
            now_s = self._loop.time()
            due_s = self._start_s + self._next / self._rate
            if due_s > now_s:
                return
            self.late_s.append(now_s - due_s)
            self._idle.popleft().send(self._requests.make(self._next), due_s)
            self._next += 1

    def answered(self, connection: Connection, status: int) -> None:
        """Record a response; the connection is free again."""
        self.latencies_s.append(self._loop.time() - connection.due_s)
        self.statuses[status] += 1
        self._idle.append(connection)
        self._send_due()
        self._end_if_over()

    def broke(self) -> None:
        """Record a request that will get no response."""
        self.broken += 1
        self._end_if_over()

    def _end_if_over(self) -> None:
        if len(self.latencies_s) + self.broken >= self.total:
            self.over.set()

    def seen(self) -> dict[str, Any]:
        """Return the figures. Latencies count from when a request was due, in milliseconds."""
        ordered, late = sorted(self.latencies_s), sorted(self.late_s)
        shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}
        return {
            "sent": self._next,
            "accepted": sum(count for status, count in self.statuses.items() if status < 400),
            "statuses": dict(self.statuses),
            "broken": self.broken,
            "first_s": self._start_s,
            "last_s": self._start_s + (self.total - 1) / self._rate,
            "sent_late_p99_ms": percentile(late, 0.99) * 1000 if late else 0.0,
            **{
                name: percentile(ordered, share) * 1000 for name, share in shares.items() if ordered
            },
        }


class Connection(asyncio.Protocol):
    """A keep-alive connection with at most one request in progress."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._received = b""
        self._waiting = False
        self.due_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport."""
        self._transport: Any = transport

    def send(self, request: bytes, due_s: float) -> None:
        """Send a request, given the time at which it was due on the loop's clock."""
        self.due_s, self._waiting = due_s, True
        self._transport.write(request)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Receive a response, or a part of it."""
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) >= length:
            self._received, self._waiting = b"", False
            self._pacer.answered(self, int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Record the request in progress, if any, as lost."""
        if self._waiting:
            self._waiting = False
            self._pacer.broke()


async def pace(url: str, lines: Sequence[str], rate: float, seconds: float, run: str) -> Any:
    """Send deposits at a rate for some seconds and return the figures."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    pacer = Pacer(Requests(url, lines, run), rate, round(rate * seconds))
    loop = asyncio.get_running_loop()
    connections = []
    for _ in range(CONNECTIONS):
        _, connection = await loop.create_connection(lambda: Connection(pacer), host, port)
        connections.append(connection)
    # Keep the garbage collector from scanning the prepared requests during the run.
    gc.collect()
    gc.freeze()
    begun_s = time.process_time()
    pacer.begin(connections)
    try:
        async with asyncio.timeout(seconds + GRACE_S):
            await pacer.over.wait()
    except TimeoutError:
        print(f"responses are missing {GRACE_S:.0f} s after the last request", file=sys.stderr)
    # Without Python's start-up, which is not part of sending.
    seen = {**pacer.seen(), "cpu_s": time.process_time() - begun_s}
    for connection in connections:
        connection.close()
    return seen


def main(arguments: Sequence[str]) -> None:
    """Run the command."""
    url, file, rate, seconds, run = arguments
    lines = Path(file).read_text().splitlines()
    print(json.dumps(asyncio.run(pace(url, lines, float(rate), float(seconds), run))))


if __name__ == "__main__":
    main(sys.argv[1:])
