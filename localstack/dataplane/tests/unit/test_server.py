"""The HTTP server's connections: silent ones are closed, and waiting ones are answered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import gevent
import pytest
from gevent import select, socket

from dataplane.http import server as module
from dataplane.http.protocol import Request
from dataplane.http.server import HttpServer

PATIENCE_S = 5.0
REQUEST = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
SLOW_S = 0.3


def answer(request: Request, _source_ip: str, keep_alive: bool) -> bytes:
    if request.url == b"/slow":
        gevent.sleep(SLOW_S)
    connection = b"keep-alive" if keep_alive else b"close"
    return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: %s\r\n\r\nok" % connection


def refuse(status: int, reason: str) -> bytes:
    body = reason.encode()
    return b"HTTP/1.1 %d Refused\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpServer]:
    monkeypatch.setattr(module, "_IDLE_TIMEOUT_S", 0.1)
    monkeypatch.setattr(module, "_HEAD_TIMEOUT_S", 0.1)
    monkeypatch.setattr(module, "_BODY_TIMEOUT_S", 0.2)
    monkeypatch.setattr(module, "_SEND_TIMEOUT_S", 0.2)
    monkeypatch.setattr(module, "_LOOK_S", 0.02)
    monkeypatch.setattr(module, "_LINGER_S", 0.1)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    with gevent.Timeout(PATIENCE_S):
        made = HttpServer(listener, answer, refuse)
        made.start()
        yield made
        made.drain(1.0)


def client_of(server: HttpServer) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server._server.server_port), PATIENCE_S)
    client.settimeout(PATIENCE_S)
    return client


def wait_until_all_are_gone(server: HttpServer) -> None:
    """Wait until the server has closed every connection; the fixture's timeout limits it."""
    while server.connections:
        gevent.sleep(0.005)


def received(client: socket.socket) -> bytes:
    """Return the data until the server closes the connection."""
    parts = []
    while part := client.recv(65_536):
        parts.append(part)
    client.close()
    return b"".join(parts)


@pytest.mark.parametrize("sent", [b"", b"GET /half HTTP/1.1\r\nHo", REQUEST % b"then-nothing"])
def test_a_silent_client_is_let_go(server: HttpServer, sent: bytes) -> None:
    client = client_of(server)
    client.sendall(sent)
    assert received(client).count(b"200 OK") == sent.count(b"\r\n\r\n")
    wait_until_all_are_gone(server)


def test_waiting_for_an_answer_is_not_silence(server: HttpServer) -> None:
    client = client_of(server)
    client.sendall(REQUEST % b"slow")
    assert received(client).endswith(b"ok")


def test_the_end_of_the_server_finishes_what_was_taken(server: HttpServer) -> None:
    busy, idle = client_of(server), client_of(server)
    busy.sendall(REQUEST % b"slow")
    while not server.in_flight or server.connections < 2:
        gevent.sleep(0.001)
    assert server.drain(PATIENCE_S)
    assert b"200 OK" in received(busy)
    assert received(idle) == b""
    assert server.connections == 0


def test_requests_that_come_in_pieces_are_answered_one_by_one(server: HttpServer) -> None:
    client = client_of(server)
    both = REQUEST % b"a" + REQUEST % b"b"
    for start in range(0, len(both), 10):
        client.sendall(both[start : start + 10])
        gevent.sleep(0.002)
    client.shutdown(socket.SHUT_WR)
    assert received(client).count(b"200 OK") == 2


def test_a_client_with_ever_more_requests_does_not_keep_others_waiting(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = []

    def note(request: Request, source_ip: str, keep_alive: bool) -> bytes:
        answered.append(request.url)
        return answer(request, source_ip, keep_alive)

    monkeypatch.setattr(server, "_answer", note)
    monkeypatch.setattr(module, "_RECEIVE_BYTES", 1000)
    greedy, modest = client_of(server), client_of(server)
    padded = b"GET /many HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n" % (b"a" * 500)
    greedy.sendall(padded * 50)
    modest.sendall(REQUEST % b"one")
    modest.shutdown(socket.SHUT_WR)
    greedy.shutdown(socket.SHUT_WR)
    assert received(modest).endswith(b"ok")
    assert received(greedy).count(b"200 OK") == 50
    assert answered.index(b"/one") < 20


def test_requests_that_came_together_do_not_keep_others_waiting(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered: list[bytes] = []
    greedy, modest = client_of(server), client_of(server)

    def note(request: Request, source_ip: str, keep_alive: bool) -> bytes:
        if not answered:
            # The others' requests have arrived, but none of them is answered.
            modest.sendall(REQUEST % b"one")
            modest.shutdown(socket.SHUT_WR)
        answered.append(request.url)
        return answer(request, source_ip, keep_alive)

    monkeypatch.setattr(server, "_answer", note)
    greedy.sendall(REQUEST % b"many" * 50)
    greedy.shutdown(socket.SHUT_WR)
    assert received(modest).endswith(b"ok")
    assert received(greedy).count(b"200 OK") == 50
    assert answered.index(b"/one") < 20


def test_a_request_that_crosses_the_servers_end_is_the_connections_last(
    server: HttpServer,
) -> None:
    client = client_of(server)
    client.sendall(REQUEST % b"a")
    assert client.recv(65_536).endswith(b"ok")
    ending = gevent.spawn(server.drain, PATIENCE_S)
    gevent.sleep(0.01)
    client.sendall(REQUEST % b"b")
    last = received(client)
    assert (last.count(b"200 OK"), last.count(b"Connection: close")) == (1, 1)
    assert ending.get()


def trickle(client: socket.socket, data: bytes) -> bytes:
    """Send byte by byte, with pauses that are too short to be idle, until there is a response."""
    for start in range(len(data)):
        if select.select([client], [], [], 0.01)[0]:
            break
        client.sendall(data[start : start + 1])
    return received(client)


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
        REQUEST % b"first" + b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n",
    ],
    ids=["request line", "header", "header of a later request", "body"],
)
def test_a_byte_now_and_then_puts_no_deadline_off(server: HttpServer, start: bytes) -> None:
    client = client_of(server)
    client.sendall(start)
    answered = trickle(client, b"G" + b"E" * 500 if not start else b"a" * 500)
    assert answered.count(b"200 OK") == start.count(b"GET /first")
    assert answered.count(b"HTTP/1.1 4") == 1
    wait_until_all_are_gone(server)


def test_bytes_that_never_stop_coming_put_no_deadline_off(server: HttpServer) -> None:
    client = client_of(server)
    client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunks = b"".join(b"1;x=%s\r\na\r\n" % (b"b" * 1000) for _ in range(60))

    def flood() -> None:
        with contextlib.suppress(OSError):
            while True:
                client.sendall(chunks)

    flooding = gevent.spawn(flood)
    while server.connections == 0:
        gevent.sleep(0.001)
    wait_until_all_are_gone(server)
    flooding.kill()
    client.close()


def test_who_does_not_read_the_answer_is_let_go(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    much = b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + b"a" * 50_000_000
    monkeypatch.setattr(server, "_answer", lambda *_: much)
    clients = [client_of(server) for _ in range(5)]
    for client in clients:
        client.sendall(REQUEST % b"a")
    while server.connections < len(clients):
        gevent.sleep(0.001)
    wait_until_all_are_gone(server)
    for client in clients:
        client.close()


def test_who_sends_and_reads_nothing_of_many_answers_is_let_go(server: HttpServer) -> None:
    client = client_of(server)
    with contextlib.suppress(OSError):
        while True:
            client.sendall(REQUEST % b"a" * 1000)
    wait_until_all_are_gone(server)
    client.close()


def test_an_endless_header_is_refused_before_it_is_kept(server: HttpServer) -> None:
    client = client_of(server)
    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
    sent = 0
    with contextlib.suppress(OSError):
        while sent < 50_000_000 and not select.select([client], [], [], 0)[0]:
            sent += client.send(b"a" * 65_536)
    assert client.recv(65_536).startswith(b"HTTP/1.1 431 ")
    client.close()


def test_idle_connections_and_slow_heads_hold_nobody_up(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_IDLE_TIMEOUT_S", 60.0)
    monkeypatch.setattr(module, "_HEAD_TIMEOUT_S", 60.0)
    others = [client_of(server) for _ in range(500)]
    for slow in others[::10]:
        slow.sendall(b"GET / HTTP/1.1\r\nHo")
    while server.connections < len(others):
        gevent.sleep(0.001)
    client = client_of(server)
    client.sendall(REQUEST % b"a")
    assert client.recv(65_536).endswith(b"ok")
    for each in (client, *others):
        each.close()


def test_connections_that_rest_make_room_where_there_are_many(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_IDLE_TIMEOUT_S", 60.0)
    monkeypatch.setattr(module, "_CROWDED_IDLE_TIMEOUT_S", 0.2)
    monkeypatch.setattr(module, "_CROWD", 10)
    busy = client_of(server)
    busy.sendall(REQUEST % b"slow")
    resting = [client_of(server) for _ in range(20)]
    while server.connections < len(resting):
        gevent.sleep(0.001)
    while server.connections >= 10:
        gevent.sleep(0.005)
    assert busy.recv(65_536).endswith(b"ok")
    for each in (busy, *resting):
        each.close()
