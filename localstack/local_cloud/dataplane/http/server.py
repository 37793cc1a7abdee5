"""The HTTP server: a greenlet a connection, answering one request after the other."""

from __future__ import annotations

import socket
import time
import traceback
from collections.abc import Callable

import gevent
from gevent.pool import Pool
from gevent.server import StreamServer

from local_cloud.dataplane.http import responses
from local_cloud.dataplane.http.protocol import RefusedError, Request, RequestReader

Answer = Callable[[Request, str, bool], bytes]

_MAXIMUM_CONNECTIONS = 4096
_IDLE_TIMEOUT_S = 75.0
_REQUEST_TIMEOUT_S = 30.0
# How often it is looked who kept silent too long.
_LOOK_S = 1.0
# How long a connection without a request stays open when the server ends.
_LINGER_S = 1.0
_RECEIVE_BYTES = 65_536
# A connection whose body is always there already never has to wait, and so would never let
# another one run: it steps back after so many pieces.
_IN_A_ROW = 4
# What an event loop's watcher is told to watch for.
_READ = 1
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Draining(BaseException):
    """Wakes a connection that waits for its next request."""


class _Silent(BaseException):
    """Ends a connection whose client sends nothing for too long."""


class _Connection:
    """One client's connection."""

    def __init__(self, server: HttpServer, peer: socket.socket, source_ip: str) -> None:
        self.greenlet = gevent.getcurrent()
        self.waiting = False
        self.silent_until_s = float("inf")
        self._server = server
        self._peer = peer
        self._source_ip = source_ip
        self._reader = RequestReader()
        self._hub = gevent.get_hub()
        self._readable = self._hub.loop.io(peer.fileno(), _READ)

    def run(self) -> None:
        """Serve requests until the client, an error or the server's end stops it."""
        pieces = 0
        try:
            while True:
                data = self._receive()
                if not data or not self._take(data):
                    return
                if self._reader.in_request:
                    pieces += 1
                    if pieces % _IN_A_ROW == 0:
                        gevent.sleep(0)
        except RefusedError as refused:
            self._refuse(refused)
        except (OSError, _Silent):
            # The client went away, or kept silent too long: nobody is there to be told.
            return

    def close(self) -> None:
        """Let go of the client."""
        self._readable.close()
        self._peer.close()

    def _receive(self) -> bytes:
        in_request = self._reader.in_request
        if not in_request and self._server.draining:
            return self._last_look()
        self.waiting = not in_request
        limit_s = _REQUEST_TIMEOUT_S if in_request else _IDLE_TIMEOUT_S
        self.silent_until_s = time.monotonic() + limit_s
        try:
            if not in_request:
                # The next request is hardly ever there already, and to try costs an exception.
                # Even then others run first: no connection keeps the loop to itself.
                self._hub.wait(self._readable)
            data: bytes = self._peer.recv(_RECEIVE_BYTES)
        except _Draining:
            return self._last_look()
        finally:
            self.waiting = False
            self.silent_until_s = float("inf")
        return data

    def _last_look(self) -> bytes:
        """Take one more request, if it comes soon; its answer says that the connection closes.

        A connection closed between a client's look at it and its request would lose the request.
        """
        self._peer.settimeout(_LINGER_S)
        try:
            data: bytes = self._peer.recv(_RECEIVE_BYTES)
        except OSError:
            return b""
        return data

    def _take(self, data: bytes) -> bool:
        reader, refused = self._reader, None
        try:
            reader.feed(data)
        except RefusedError as error:
            refused = error
        while reader.completed:
            request = reader.completed.popleft()
            keep_alive = request.keep_alive and not self._server.draining
            self._send(self._server.answer(request, self._source_ip, keep_alive))
            if not keep_alive:
                return False
        if refused is not None:
            raise refused
        if reader.expects_continue:
            reader.expects_continue = False
            self._send(_CONTINUE)
        return True

    def _send(self, data: bytes) -> None:
        # Nearly always one write takes it all; sendall() would first ask for the buffer's size.
        sent = self._peer.send(data)
        if sent < len(data):
            self._peer.settimeout(_REQUEST_TIMEOUT_S)
            self._peer.sendall(memoryview(data)[sent:])
            self._peer.settimeout(None)

    def _refuse(self, refused: RefusedError) -> None:
        try:
            self._send(responses.own(refused.status, refused.message, "-"))
            # Closing with unread bytes resets the connection, and the answer with it.
            self._peer.shutdown(socket.SHUT_WR)
            self._peer.settimeout(0.2)
            for _ in range(256):
                if not self._peer.recv(_RECEIVE_BYTES):
                    break
        except OSError:
            return


class HttpServer:
    """Serves HTTP/1.1 on a listening socket that others may share.

    Parameters
    ----------
    listener
        Bound and listening.
    answer
        Called with the request, the client's address, and whether the connection stays open;
        returns the whole response.
    """

    def __init__(self, listener: socket.socket, answer: Answer) -> None:
        self.draining = False
        self._answer = answer
        self._in_flight = 0
        self._connections: set[_Connection] = set()
        self._pool = Pool(_MAXIMUM_CONNECTIONS)
        self._server = StreamServer(listener, self._handle, spawn=self._pool)
        # A timer for each read would cost several microseconds of each request.
        self._looks = gevent.get_hub().loop.timer(_LOOK_S, repeat=_LOOK_S)

    @property
    def in_flight(self) -> int:
        """How many requests are being answered now."""
        return self._in_flight

    @property
    def connections(self) -> int:
        """How many connections are open now."""
        return len(self._connections)

    def start(self) -> None:
        """Begin to accept."""
        self._looks.start(self._end_silent)
        self._server.start()

    def answer(self, request: Request, source_ip: str, keep_alive: bool) -> bytes:
        """Answer one request, counted as in flight meanwhile."""
        self._in_flight += 1
        try:
            return self._answer(request, source_ip, keep_alive)
        finally:
            self._in_flight -= 1

    def stacks(self) -> str:
        """Return what each connection with a request waits for: how to see where requests hang."""
        frames = [c.greenlet.gr_frame for c in self._connections if not c.waiting]
        return "\n".join("".join(traceback.format_stack(frame)) for frame in frames if frame)

    def drain(self, grace_s: float) -> bool:
        """Accept nothing more, finish what was taken.

        Returns
        -------
        Whether everything was finished within ``grace_s``.
        """
        self.draining = True
        self._server.close()
        gevent.get_hub().loop.run_callback(self._wake_waiting)
        deadline = time.monotonic() + grace_s
        # The pool also counts a connection that was accepted and hasn't begun to run.
        while len(self._pool) and time.monotonic() < deadline:
            gevent.sleep(0.01)
        finished = not len(self._pool)
        self._looks.stop()
        self._pool.kill(timeout=1)
        return finished

    # Both run in the event loop: nothing can arrive between the look at a connection and the throw.

    def _end_silent(self) -> None:
        now_s = time.monotonic()
        for connection in list(self._connections):
            if connection.silent_until_s <= now_s:
                connection.greenlet.throw(_Silent)

    def _wake_waiting(self) -> None:
        for connection in list(self._connections):
            if connection.waiting:
                connection.greenlet.throw(_Draining)

    def _handle(self, peer: socket.socket, address: tuple[str, int]) -> None:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(self, peer, address[0])
        self._connections.add(connection)
        try:
            connection.run()
        finally:
            self._connections.discard(connection)
            connection.close()
