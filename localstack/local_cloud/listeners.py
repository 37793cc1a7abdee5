"""Whether everything that an instance started listens on loopback only."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError
from local_cloud.ports import LISTEN, open_files
from local_cloud.process import Process, marked_processes, session_members

#: The state of a UDP socket that takes datagrams from anyone: it is not connected.
UNCONNECTED: Final = "07"


class _Table(NamedTuple):
    """The kernel's table of one protocol's sockets, and the state of those that listen."""

    path: str
    family: socket.AddressFamily
    protocol: str
    listening: str


_TABLES: Final = (
    _Table("/proc/net/tcp", socket.AF_INET, "TCP", LISTEN),
    _Table("/proc/net/tcp6", socket.AF_INET6, "TCP", LISTEN),
    _Table("/proc/net/udp", socket.AF_INET, "UDP", UNCONNECTED),
    _Table("/proc/net/udp6", socket.AF_INET6, "UDP", UNCONNECTED),
)


@dataclass(frozen=True)
class Listener:
    """An address that a process takes connections or datagrams at."""

    pid: int
    name: str
    address: str
    port: int
    protocol: str = "TCP"

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        address = ipaddress.ip_address(self.address)
        mapped = getattr(address, "ipv4_mapped", None)
        return (mapped or address).is_loopback

    def __str__(self) -> str:
        """Return it as an error names it."""
        return f"{self.name} (pid {self.pid}) on {self.address} port {self.port} ({self.protocol})"


def check_listeners(instance: Instance, processes: Iterable[Process | None]) -> None:
    """Check that nothing the instance started can be reached from another machine.

    Parameters
    ----------
    instance : Instance
        Whose mark the processes carry.
    processes : iterable of Process, optional
        The services; what runs in their sessions is looked at too.

    Raises
    ------
    LocalCloudError
        Naming each process and address that is not on loopback.
    """
    pids = {process.pid for process in marked_processes(str(instance.state))}
    for process in processes:
        if process is not None:
            pids.update(session_members(process.pid))
    exposed = [listener for listener in listeners(pids) if not listener.on_loopback]
    if exposed:
        raise LocalCloudError(
            f"other machines could connect: {'; '.join(str(one) for one in exposed)}",
            "everything must listen on loopback only",
        )


def listeners(pids: Iterable[int]) -> list[Listener]:
    """Return what these processes listen on; nothing of those that we may not look at."""
    sockets = _listening_sockets()
    found = []
    for pid in sorted(pids):
        process = Path("/proc") / str(pid)
        for file in sorted(open_files(process) & sockets.keys()):
            found.append(Listener(pid, _name(process), *sockets[file]))
    return found


def _listening_sockets() -> dict[str, tuple[str, int, str]]:
    """Return address, port and protocol of each socket that listens, by its name as an open file.

    A UDP socket without a port has not been bound, so nothing reaches it.
    """
    sockets = {}
    for table in _TABLES:
        try:
            lines = Path(table.path).read_text().splitlines()[1:]
        except OSError:
            continue
        for columns in map(str.split, lines):
            address, _, port = columns[1].rpartition(":")
            if columns[3] == table.listening and int(port, 16):
                place = (_address(address, table.family), int(port, 16), table.protocol)
                sockets[f"socket:[{columns[9]}]"] = place
    return sockets


def _address(text: str, family: socket.AddressFamily) -> str:
    """Return an address of /proc/net/tcp, whose 32-bit words are in the machine's byte order."""
    words = [int(text[start : start + 8], 16) for start in range(0, len(text), 8)]
    return socket.inet_ntop(family, b"".join(word.to_bytes(4, sys.byteorder) for word in words))


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "?"
