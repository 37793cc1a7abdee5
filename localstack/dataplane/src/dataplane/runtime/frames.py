"""Length-framed messages between a data plane process and its workers.

A request is one frame with its id, its time limit in milliseconds, and the event's JSON.
A reply is one frame with whether it is a function error, and the payload's JSON.
"""

from __future__ import annotations

import socket
import struct

_REQUEST = struct.Struct("!I36sI")
_REPLY = struct.Struct("!IB")

# Lambda's limit is 6 MB per payload; base64 and envelopes stay well below this.
MAXIMUM_BYTES = 64 * 1024 * 1024

_SMALL_BYTES = 64 * 1024
_SOCKET_BYTES = 256 * 1024

READY, OK, FUNCTION_ERROR, INIT_ERROR = 0, 1, 2, 3


class ClosedError(ConnectionError):
    """The other side has closed the connection."""


def send_request(peer: socket.socket, request_id: str, timeout_ms: int, event: bytes) -> None:
    """Send one invocation."""
    head = _REQUEST.pack(len(event), request_id.encode(), timeout_ms)
    if len(event) <= _SMALL_BYTES:
        peer.sendall(head + event)
    else:
        # A second call costs less than copying the event to prepend its head.
        peer.sendall(head)
        peer.sendall(event)


def receive_request(peer: socket.socket) -> tuple[str, int, bytes]:
    """Receive one invocation: request id, time limit in milliseconds, event."""
    length, request_id, timeout_ms = _REQUEST.unpack(_read(peer, _REQUEST.size))
    return request_id.decode(), timeout_ms, _read(peer, length)


def send_reply(peer: socket.socket, status: int, payload: bytes) -> None:
    """Send one reply."""
    peer.sendall(_REPLY.pack(len(payload), status) + payload)


def receive_reply(peer: socket.socket) -> tuple[int, bytes]:
    """Receive one reply: status, payload."""
    length, status = _REPLY.unpack(_read(peer, _REPLY.size))
    return status, _read(peer, length)


def _read(peer: socket.socket, length: int) -> bytes:
    if length > MAXIMUM_BYTES:
        raise ClosedError(f"a frame of {length} bytes is invalid")
    first = peer.recv(min(length, _SOCKET_BYTES)) if length else b""
    if len(first) == length:
        return first
    parts = [first]
    missing = length - len(first)
    while missing:
        if not parts[-1]:
            raise ClosedError("the other side has closed the connection")
        # Limited, because recv() would allocate memory for everything that is requested.
        parts.append(peer.recv(min(missing, _SOCKET_BYTES)))
        missing -= len(parts[-1])
    return b"".join(parts)
