"""The HTTP server, with one greenlet per connection that answers requests in order."""

from __future__ import annotations

import socket
import time
import traceback
from collections.abc import Callable

import gevent
from gevent.pool import Pool
from gevent.server import StreamServer

from dataplane.http.protocol import RefusedError, Request, RequestReader

Answer = Callable[[Request, str, bool], bytes]
Refuse = Callable[[int, str], bytes]

MAXIMUM_CONNECTIONS = 4096
_IDLE_TIMEOUT_S = 75.0
# With this many connections, idle ones are closed sooner.
_CROWD = MAXIMUM_CONNECTIONS * 3 // 4
_CROWDED_IDLE_TIMEOUT_S = 5.0
# The time limits of a whole head and a whole body. Further bytes don't extend them.
_HEAD_TIMEOUT_S = 10.0
_BODY_TIMEOUT_S = 60.0
# The time limit for a client to accept a response.
_SEND_TIMEOUT_S = 30.0
# How often deadlines are checked.
_LOOK_S = 1.0
# How long a connection without a request stays open when the server stops.
_LINGER_S = 1.0
_RECEIVE_BYTES = 65_536
# A connection whose body is always available never waits, so others would not run. It yields after
# this many pieces.
_IN_A_ROW = 4
# How long it yields between pipelined requests. With any value above 0, the loop checks for data
# from others. With 0, it would first run up to fifty greenlets.
_STEP_BACK_S = 1e-6
# The events that an event loop's watcher can watch for.
_READ = 1
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Draining(BaseException):
    """Wakes a connection that waits for its next request."""


class _Late(BaseException):
    """Ends a connection whose client exceeded a deadline."""


class _Connection:
    """A client's connection."""

    def __init__(self, server: HttpServer, peer: socket.socket, source_ip: str) -> None:
        self.greenlet = gevent.getcurrent()
        self.waiting = False
        self.until_s = float("inf")
        # The request that the deadlines apply to. The second one starts with its body.
        self._timed: Request | None = None
        self._head_until_s = self._body_until_s = 0.0
        self._server = server
        self._peer = peer
        self._source_ip = source_ip
        self._reader = RequestReader()
        self._hub = gevent.get_hub()
        self._readable = self._hub.loop.io(peer.fileno(), _READ)

    def run(self) -> None:
        """Serve requests until the client, an error or the server's stop ends it."""
        pieces = 0
        try:
            while True:
                data = self._receive()
                if not data or not self._take(data):
                    return
                if self._reader.unfinished is not None:
                    pieces += 1
                    if pieces % _IN_A_ROW == 0:
                        gevent.sleep(0)
        except RefusedError as refused:
            self._refuse(refused)
        except _Late:
            if self._reader.unfinished is not None:
                self._refuse(RefusedError(408, "the request took too long to come"))
        except OSError:
            # The client has disconnected or does not read, so it can't get a response.
            return

    def close(self) -> None:
        """Close the connection."""
        self._readable.close()
        self._peer.close()

    def _receive(self) -> bytes:
        unfinished = self._reader.unfinished
        if unfinished is None and self._server.draining:
            return self._last_look()
        until_s = self._deadline_s(unfinished)
        self.waiting = unfinished is None
        self.until_s = until_s
        try:
            if unfinished is None:
                # The next request is rarely available yet, and trying to read costs an exception.
                # Even if it is, others run first, so that no connection blocks the loop.
                self._hub.wait(self._readable)
            data: bytes = self._peer.recv(_RECEIVE_BYTES)
        except _Draining:
            return self._last_look()
        finally:
            self.waiting = False
            self.until_s = float("inf")
        return data

    def _deadline_s(self, unfinished: Request | None) -> float:
        """Return the deadline for the next data.

        Raises
        ------
        _Late
            If it has passed. If data is always available, there is no wait that could time out.
        """
        now_s = time.monotonic()
        if unfinished is None:
            return now_s + _IDLE_TIMEOUT_S
        if unfinished is not self._timed:
            self._timed = unfinished
            self._head_until_s = now_s + _HEAD_TIMEOUT_S
            self._body_until_s = 0.0
        until_s = self._head_until_s
        if self._reader.in_body:
            self._body_until_s = until_s = self._body_until_s or now_s + _BODY_TIMEOUT_S
        if until_s <= now_s:
            raise _Late
        return until_s

    def _last_look(self) -> bytes:
        """Accept one more request if it arrives soon, and close the connection after it.

        Closing at once could lose a request that the client is just sending.
        """
        self._peer.settimeout(_LINGER_S)
        try:
            data: bytes = self._peer.recv(_RECEIVE_BYTES)
        except OSError:
            return b""
        self._peer.settimeout(_SEND_TIMEOUT_S)
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
            if reader.completed:
                # Yield, because pipelined requests would otherwise all be answered before others.
                gevent.sleep(_STEP_BACK_S)
        if refused is not None:
            raise refused
        if reader.expects_continue:
            reader.expects_continue = False
            self._send(_CONTINUE)
        return True

    def _send(self, data: bytes) -> None:
        # One write is nearly always enough; sendall() would first query the buffer's size.
        sent = self._peer.send(data)
        if sent < len(data):
            self._peer.sendall(memoryview(data)[sent:])

    def _refuse(self, refused: RefusedError) -> None:
        try:
            self._send(self._server.refuse(refused.status, refused.message))
            # Closing with unread data resets the connection, and the client may lose the response.
            self._peer.shutdown(socket.SHUT_WR)
            self._peer.settimeout(0.2)
            end_s = time.monotonic() + _LINGER_S
            while time.monotonic() < end_s and self._peer.recv(_RECEIVE_BYTES):
                gevent.sleep(0)
        except OSError:
            return


class HttpServer:
    """Serves HTTP/1.1 on a listening socket that others may share.

    Parameters
    ----------
    listener
        Bound and listening.
    answer
        Called with the request, the client's address, and whether the connection stays open.
        Returns the complete response.
    refuse
        Called with a status and a reason for an invalid request. Returns the complete response,
        with `Connection: close`.
    """

    def __init__(self, listener: socket.socket, answer: Answer, refuse: Refuse) -> None:
        self.draining = False
        self.refuse = refuse
        self._answer = answer
        self._in_flight = 0
        self._connections: set[_Connection] = set()
        self._pool = Pool(MAXIMUM_CONNECTIONS)
        self._server = StreamServer(listener, self._handle, spawn=self._pool)
        # A timer for each read would cost each request several microseconds.
        self._looks = gevent.get_hub().loop.timer(_LOOK_S, repeat=_LOOK_S)

    @property
    def in_flight(self) -> int:
        """The number of requests in progress."""
        return self._in_flight

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return len(self._connections)

    def start(self) -> None:
        """Start to accept connections."""
        self._looks.start(self._end_late)
        self._server.start()

    def answer(self, request: Request, source_ip: str, keep_alive: bool) -> bytes:
        """Answer one request, counting it as in flight."""
        self._in_flight += 1
        try:
            return self._answer(request, source_ip, keep_alive)
        finally:
            self._in_flight -= 1

    def stacks(self) -> str:
        """Return the stack of each connection with a request, to find out where requests hang."""
        frames = [c.greenlet.gr_frame for c in self._connections if not c.waiting]
        return "\n".join("".join(traceback.format_stack(frame)) for frame in frames if frame)

    def drain(self, grace_s: float) -> bool:
        """Stop accepting, and finish the accepted requests.

        Returns
        -------
        Whether everything finished within ``grace_s``.
        """
        self.draining = True
        self._server.close()
        gevent.get_hub().loop.run_callback(self._wake_waiting)
        deadline = time.monotonic() + grace_s
        # The pool also counts connections that were accepted but are not running yet.
        while len(self._pool) and time.monotonic() < deadline:
            gevent.sleep(0.01)
        finished = not len(self._pool)
        self._looks.stop()
        self._pool.kill(timeout=1)
        return finished

    # Both run in the event loop, so no data can arrive between the check and the throw.

    def _end_late(self) -> None:
        now_s = resting_s = time.monotonic()
        if len(self._connections) >= _CROWD:
            resting_s += _IDLE_TIMEOUT_S - _CROWDED_IDLE_TIMEOUT_S
        for connection in list(self._connections):
            if connection.until_s <= (resting_s if connection.waiting else now_s):
                connection.greenlet.throw(_Late)

    def _wake_waiting(self) -> None:
        for connection in list(self._connections):
            if connection.waiting:
                connection.greenlet.throw(_Draining)

    def _handle(self, peer: socket.socket, address: tuple[str, int]) -> None:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Limits each write, at no cost unless it has to wait. Reads have their own deadline.
        peer.settimeout(_SEND_TIMEOUT_S)
        connection = _Connection(self, peer, address[0])
        self._connections.add(connection)
        try:
            connection.run()
        finally:
            self._connections.discard(connection)
            connection.close()
