"""The HTTP server: a greenlet a connection, answering one request after the other."""

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
# With this many connections those that rest make room for others sooner.
_CROWD = MAXIMUM_CONNECTIONS * 3 // 4
_CROWDED_IDLE_TIMEOUT_S = 5.0
# How long all of a head, and then all of a body, may take: no byte that comes puts it off.
_HEAD_TIMEOUT_S = 10.0
_BODY_TIMEOUT_S = 60.0
# How long a client may take to accept an answer.
_SEND_TIMEOUT_S = 30.0
# How often it is looked whose time is over.
_LOOK_S = 1.0
# How long a connection without a request stays open when the server ends.
_LINGER_S = 1.0
_RECEIVE_BYTES = 65_536
# A connection whose body is always there already never has to wait, and so would never let
# another one run: it steps back after so many pieces.
_IN_A_ROW = 4
# How it steps back between requests that came together: anything above nothing has the loop look
# for what others sent, while after a sleep of nothing it runs up to fifty greenlets first.
_STEP_BACK_S = 1e-6
# What an event loop's watcher is told to watch for.
_READ = 1
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Draining(BaseException):
    """Wakes a connection that waits for its next request."""


class _Late(BaseException):
    """Ends a connection whose client took too long over what it was to send."""


class _Connection:
    """One client's connection."""

    def __init__(self, server: HttpServer, peer: socket.socket, source_ip: str) -> None:
        self.greenlet = gevent.getcurrent()
        self.waiting = False
        self.until_s = float("inf")
        # The request that the two deadlines are of; the second begins with its body.
        self._timed: Request | None = None
        self._head_until_s = self._body_until_s = 0.0
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
            # The client went away, or doesn't read: nobody is there to be told.
            return

    def close(self) -> None:
        """Let go of the client."""
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
                # The next request is hardly ever there already, and to try costs an exception.
                # Even then others run first: no connection keeps the loop to itself.
                self._hub.wait(self._readable)
            data: bytes = self._peer.recv(_RECEIVE_BYTES)
        except _Draining:
            return self._last_look()
        finally:
            self.waiting = False
            self.until_s = float("inf")
        return data

    def _deadline_s(self, unfinished: Request | None) -> float:
        """Return when what is waited for has to be there.

        Raises
        ------
        _Late
            When that is over. Bytes that are always there already would never have to wait for it.
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
        """Take one more request, if it comes soon; its answer says that the connection closes.

        A connection closed between a client's look at it and its request would lose the request.
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
                # Requests that came together would be answered in a row while nobody else runs.
                gevent.sleep(_STEP_BACK_S)
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
            self._peer.sendall(memoryview(data)[sent:])

    def _refuse(self, refused: RefusedError) -> None:
        try:
            self._send(self._server.refuse(refused.status, refused.message))
            # Closing with unread bytes resets the connection, and the answer with it.
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
        Called with the request, the client's address, and whether the connection stays open;
        returns the whole response.
    refuse
        Called with a status and a reason when what came is no request to be answered; returns the
        whole response, which says that the connection closes.
    """

    def __init__(self, listener: socket.socket, answer: Answer, refuse: Refuse) -> None:
        self.draining = False
        self.refuse = refuse
        self._answer = answer
        self._in_flight = 0
        self._connections: set[_Connection] = set()
        self._pool = Pool(MAXIMUM_CONNECTIONS)
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
        self._looks.start(self._end_late)
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
        # Bounds each write; it costs nothing before one has to wait. Reads have their deadline.
        peer.settimeout(_SEND_TIMEOUT_S)
        connection = _Connection(self, peer, address[0])
        self._connections.add(connection)
        try:
            connection.run()
        finally:
            self._connections.discard(connection)
            connection.close()
