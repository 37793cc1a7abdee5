"""What other machines could reach is found, whoever opened it."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_cloud.config import Instance, load_instance
from local_cloud.errors import LocalCloudError
from local_cloud.listeners import Listener, check_listeners, listeners
from local_cloud.process import Process, start_ticks


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return load_instance({}, state=tmp_path / "state")


def ourselves() -> Process:
    """This very process as a service of an instance."""
    ticks = start_ticks(os.getpid())
    assert ticks is not None
    return Process("test", os.getsid(0), ticks, 0.0, 0)


EVERYWHERE = [(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")]


@pytest.fixture(params=EVERYWHERE)
def exposed(request: pytest.FixtureRequest) -> Iterator[int]:
    family, address = request.param
    with socket.socket(family) as listener:
        listener.bind((address, 0))
        listener.listen(1)
        yield listener.getsockname()[1]


def test_a_listener_on_every_interface_is_an_error_that_names_it(
    instance: Instance, exposed: int
) -> None:
    with pytest.raises(LocalCloudError, match=rf"\(pid {os.getpid()}\) on \S+ port {exposed}"):
        check_listeners(instance, [ourselves()])


@pytest.mark.parametrize(("family", "address"), EVERYWHERE)
def test_a_udp_socket_on_every_interface_is_an_error_too(
    instance: Instance, family: socket.AddressFamily, address: str
) -> None:
    with socket.socket(family, socket.SOCK_DGRAM) as listener:
        listener.bind((address, 0))
        port = listener.getsockname()[1]

        with pytest.raises(LocalCloudError, match=rf"port {port} \(UDP\)"):
            check_listeners(instance, [ourselves()])


def test_a_udp_socket_that_asks_somebody_listens_to_nobody_else(instance: Instance) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    ):
        server.bind(("127.0.0.1", 0))
        asking.bind(("0.0.0.0", 0))
        asking.connect(server.getsockname())

        check_listeners(instance, [ourselves()])


def test_a_listener_on_loopback_is_seen_and_is_fine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        found = [one for one in listeners([os.getpid()]) if one.port == port]

    assert [(one.address, one.on_loopback) for one in found] == [("127.0.0.1", True)]


def test_a_stopped_service_has_no_listeners(instance: Instance) -> None:
    check_listeners(instance, [None])


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("::ffff:0.0.0.0", False),
        ("192.0.2.7", False),
    ],
)
def test_only_loopback_addresses_are_loopback(address: str, loopback: bool) -> None:
    assert Listener(1, "x", address, 80).on_loopback is loopback
