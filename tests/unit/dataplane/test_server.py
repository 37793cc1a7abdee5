"""The HTTP server's connections: who keeps silent is let go, who waits for an answer gets it."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import pytest
from gevent import socket

from local_cloud.dataplane.http import server as module
from local_cloud.dataplane.http.protocol import Request
from local_cloud.dataplane.http.server import HttpServer

PATIENCE_S = 5.0
REQUEST = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
SLOW_S = 0.3


def answer(request: Request, _source_ip: str, keep_alive: bool) -> bytes:
    if request.url == b"/slow":
        gevent.sleep(SLOW_S)
    connection = b"keep-alive" if keep_alive else b"close"
    return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: %s\r\n\r\nok" % connection


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpServer]:
    monkeypatch.setattr(module, "_IDLE_TIMEOUT_S", 0.1)
    monkeypatch.setattr(module, "_REQUEST_TIMEOUT_S", 0.1)
    monkeypatch.setattr(module, "_LOOK_S", 0.02)
    monkeypatch.setattr(module, "_LINGER_S", 0.1)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    with gevent.Timeout(PATIENCE_S):
        made = HttpServer(listener, answer)
        made.start()
        yield made
        made.drain(1.0)


def client_of(server: HttpServer) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server._server.server_port), PATIENCE_S)
    client.settimeout(PATIENCE_S)
    return client


def received(client: socket.socket) -> bytes:
    """Return what comes until the server closes the connection."""
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
    assert server.connections == 0


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
    padded = b"GET /many HTTP/1.1\r\nX: %s\r\n\r\n" % (b"a" * 500)
    greedy.sendall(padded * 50)
    modest.sendall(REQUEST % b"one")
    modest.shutdown(socket.SHUT_WR)
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
