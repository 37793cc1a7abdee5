"""The members of a crowd: connections that cost the server resources.

Each member stays until its `Visit` is over, and then returns how it ended.
"""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from load.client import Client, NoAnswer

#: The gateway's deadlines for a request's head and for reading a response, in seconds.
HEAD_DEADLINE_S: Final = 10.0
SEND_DEADLINE_S: Final = 30.0
#: The tolerance for deadlines, in seconds.
GRACE_S: Final = 5.0
#: The interval at which slow senders send a byte and slow readers read a piece, in seconds.
HEAD_PAUSE_S: Final = 0.5
READ_PAUSE_S: Final = 0.2
PIECE_BYTES: Final = 1024
#: What a slow reader requests at once: more than the sockets' buffers hold.
ANSWERS_AT_ONCE: Final = 8


class End(NamedTuple):
    """How a member of the crowd ended.

    Attributes
    ----------
    is_right
        Whether that is the expected end of its kind.
    """

    kind: str
    is_right: bool
    what: str


class Awaited(NamedTuple):
    """A pending transaction, and the token to read it."""

    path: str
    token: str


@dataclass
class Visit:
    """One stay of a crowd.

    Attributes
    ----------
    wait_s
        How long the waiting members ask to wait.
    over
        Set when the deposits are done.
    """

    url: str
    wait_s: int
    over: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: int = 0

    @property
    def address(self) -> tuple[str, int]:
        """The API's host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 80

    def request(self, path: str) -> bytes:
        """Return a request without a session."""
        parts = urlsplit(self.url)
        return f"GET {parts.path}{path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()


async def idle(visit: Visit) -> End:
    """Connect, stay idle, and send a request at the end, which must still be served."""
    reader, writer = await asyncio.open_connection(*visit.address)
    visit.arrived += 1
    try:
        await visit.over.wait()
        writer.write(visit.request("/health"))
        status = await asyncio.wait_for(reader.readline(), GRACE_S)
    except (OSError, TimeoutError) as error:
        return End("idle", False, type(error).__name__)
    finally:
        writer.close()
    return End("idle", status.split()[1:2] == [b"200"], status.decode("latin-1").strip())


async def waiting(visit: Visit, awaited: Awaited) -> End:
    """Wait for a pending transaction; the response must be `pending` after the wait."""
    client = Client(visit.url, awaited.token)
    begun_s = time.monotonic()
    visit.arrived += 1
    try:
        headers = {"Prefer": f"wait={visit.wait_s}"}
        answer = await client.request("GET", awaited.path, headers=headers)
    except NoAnswer as error:
        return End("waiting", False, str(error))
    finally:
        await client.close()
    took_s = time.monotonic() - begun_s
    if answer.status != 200:
        return End("waiting", False, f"{answer.status} after {took_s:.1f} s: {answer.body[:200]!r}")
    status = answer.json()["status"]
    is_right = status == "pending" and visit.wait_s <= took_s < visit.wait_s + GRACE_S
    return End("waiting", is_right, f"{status} after {took_s:.1f} s" if not is_right else status)


async def slow_head(visit: Visit) -> End:
    """Send heads byte by byte. The deadline must cut off each of them."""
    while True:
        began_s = time.monotonic()
        status = await _trickle(visit)
        took_s = time.monotonic() - began_s
        if took_s > HEAD_DEADLINE_S + GRACE_S or status not in (b"408", b""):
            return End("slow head", False, f"{status!r} after {took_s:.1f} s")
        if visit.over.is_set():
            return End("slow head", True, "cut off")


async def _trickle(visit: Visit) -> bytes:
    """Send bytes slowly until the server closes; return its status, if it sent one."""
    reader, writer = await asyncio.open_connection(*visit.address)
    visit.arrived += 1
    answer = asyncio.ensure_future(reader.read(PIECE_BYTES))
    try:
        writer.write(visit.request("/health")[:-2] + b"X-Slow: ")
        deadline_s = time.monotonic() + 2 * HEAD_DEADLINE_S
        while not answer.done() and time.monotonic() < deadline_s:
            await asyncio.wait([answer], timeout=HEAD_PAUSE_S)
            writer.write(b"x")
        return b"never cut off" if not answer.done() else b"".join(answer.result().split()[1:2])
    except OSError:
        return b""
    finally:
        answer.cancel()
        writer.close()


async def slow_reader(visit: Visit) -> End:
    """Request much and read slowly. All responses must be complete, or cut off in time."""
    loop = asyncio.get_running_loop()
    with socket.socket() as peer:
        peer.setblocking(False)
        # Before connecting, because it determines the window that the server sees.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * PIECE_BYTES)
        await loop.sock_connect(peer, visit.address)
        begun_s = time.monotonic()
        await loop.sock_sendall(peer, visit.request("/openapi.json") * ANSWERS_AT_ONCE)
        visit.arrived += 1
        received = bytearray()
        try:
            while whole_answers(received) < ANSWERS_AT_ONCE:
                if not visit.over.is_set():
                    await asyncio.sleep(READ_PAUSE_S)
                size = 64 * PIECE_BYTES if visit.over.is_set() else PIECE_BYTES
                piece = await asyncio.wait_for(loop.sock_recv(peer, size), 2 * GRACE_S)
                if not piece:
                    break
                received += piece
        except TimeoutError:
            return End("slow reader", False, f"nothing more after {len(received):,} bytes")
        except OSError:
            pass
    took_s = time.monotonic() - begun_s
    if whole_answers(received) == ANSWERS_AT_ONCE:
        return End("slow reader", True, "all complete")
    is_right = took_s >= SEND_DEADLINE_S
    return End("slow reader", is_right, f"cut off after {took_s:.0f} s")


def whole_answers(received: bytes | bytearray) -> int:
    """Count the complete responses with status 200."""
    count = place = 0
    while (end := received.find(b"\r\n\r\n", place)) >= 0:
        head = bytes(received[place:end]).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        place = end + 4 + length
        if not head.startswith(b"http/1.1 200") or place > len(received):
            break
        count += 1
    return count
