"""Who listens where."""

import os
import socket
import threading
from collections.abc import Iterator

import pytest

from local_cloud.ports import accepts, becomes_free, free_block, holder, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def test_a_port_with_a_listener_is_not_free(taken: int) -> None:
    assert not is_free(taken)
    assert accepts(taken)


def test_a_listener_on_every_interface_takes_the_loopback_port_too() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_a_port_is_free_again_when_its_listener_is_gone(taken: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            pass

    assert is_free(port)
    assert not accepts(port)


def test_the_holder_is_named_with_its_pid(taken: int) -> None:
    assert holder(taken).endswith(f"(pid {os.getpid()})")


def test_nobody_holds_a_free_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert holder(port) == ""


def test_a_free_block_passes_over_what_is_taken(taken: int) -> None:
    first = taken - taken % 4

    found = free_block(4, first, first + 400)

    assert found > taken


def test_a_port_becomes_free_when_a_stopped_servers_last_connection_ends() -> None:
    with socket.socket() as server:
        # Without SO_REUSEADDR, the connection alone keeps the port.
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        left, _ = server.accept()
    assert not is_free(port)
    assert not becomes_free(port, patience_s=0)

    def hang_up() -> None:
        client.close()
        left.close()

    end = threading.Timer(0.1, hang_up)
    end.start()

    assert becomes_free(port)
    end.join()


def test_a_port_with_a_listener_is_not_waited_for(taken: int) -> None:
    assert not becomes_free(taken, patience_s=3600)
