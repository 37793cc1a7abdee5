"""Whether everything that an instance started listens on loopback only."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError
from local_cloud.ports import LISTEN, open_files
from local_cloud.process import Process, marked_processes, session_members

TABLES = (("/proc/net/tcp", socket.AF_INET), ("/proc/net/tcp6", socket.AF_INET6))


@dataclass(frozen=True)
class Listener:
    """An address that a process takes connections at."""

    pid: int
    name: str
    address: str
    port: int

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        address = ipaddress.ip_address(self.address)
        mapped = getattr(address, "ipv4_mapped", None)
        return (mapped or address).is_loopback

    def __str__(self) -> str:
        """Return it as an error names it."""
        return f"{self.name} (pid {self.pid}) on {self.address} port {self.port}"


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


def _listening_sockets() -> dict[str, tuple[str, int]]:
    """Return address and port of each listening socket, by its name among open files."""
    sockets = {}
    for table, family in TABLES:
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for columns in map(str.split, lines):
            if columns[3] == LISTEN:
                address, _, port = columns[1].rpartition(":")
                sockets[f"socket:[{columns[9]}]"] = (_address(address, family), int(port, 16))
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
