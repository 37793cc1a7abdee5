"""Length-framed messages between a data plane process and its workers.

A request is one frame: its id, the milliseconds it may take, and the event's JSON.
A reply is one frame: whether it is a function error, and the payload's JSON.
"""

from __future__ import annotations

import socket
import struct

_REQUEST = struct.Struct("!I36sI")
_REPLY = struct.Struct("!IB")

# Lambda's own limit is 6 MB a payload; base64 and envelopes stay well below this.
MAXIMUM_BYTES = 64 * 1024 * 1024

_SMALL_BYTES = 64 * 1024
_SOCKET_BYTES = 256 * 1024

READY, OK, FUNCTION_ERROR, INIT_ERROR = 0, 1, 2, 3


class ClosedError(ConnectionError):
    """The other side is gone."""


def send_request(peer: socket.socket, request_id: str, timeout_ms: int, event: bytes) -> None:
    """Send one invocation."""
    head = _REQUEST.pack(len(event), request_id.encode(), timeout_ms)
    if len(event) <= _SMALL_BYTES:
        peer.sendall(head + event)
    else:
        # A second call costs less than copying the event for the sake of its head.
        peer.sendall(head)
        peer.sendall(event)


def receive_request(peer: socket.socket) -> tuple[str, int, bytes]:
    """Receive one invocation: request id, milliseconds it may take, event."""
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
        raise ClosedError(f"a frame of {length} bytes isn't one of ours")
    first = peer.recv(min(length, _SOCKET_BYTES)) if length else b""
    if len(first) == length:
        return first
    parts = [first]
    missing = length - len(first)
    while missing:
        if not parts[-1]:
            raise ClosedError("the other side is gone")
        # Asked for more than a socket holds, memory is taken for all of it and given back.
        parts.append(peer.recv(min(missing, _SOCKET_BYTES)))
        missing -= len(parts[-1])
    return b"".join(parts)
