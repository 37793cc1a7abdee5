"""The TCP ports of this machine and the processes that listen on them."""

from __future__ import annotations

import contextlib
import errno
import socket
import time
import urllib.request
from pathlib import Path

from local_cloud.config import LOOPBACK

LISTEN = "0A"
#: How long the connections of a server that has stopped may keep its port, in seconds.
LINGER_S = 5.0


def is_free(port: int) -> bool:
    """Whether a process could listen on the loopback `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def becomes_free(port: int, patience_s: float = LINGER_S) -> bool:
    """Whether `port` is free, or becomes so once a stopped server's connections have ended.

    A client that keeps a connection, such as Prometheus, closes its side a moment after the server.
    """
    deadline = time.monotonic() + patience_s
    while not is_free(port):
        if _listening_inodes(port) or time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


def accepts(port: int, timeout_s: float = 1.0) -> bool:
    """Whether the loopback `port` accepts connections."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout_s):
            return True
    except OSError:
        return False


def answers(url: str, timeout_s: float = 5.0) -> bool:
    """Return whether a GET of `url` is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def holder(port: int) -> str:
    """Return the process that listens on `port` as ``name (pid N)``; empty if not visible."""
    inodes = _listening_inodes(port)
    if not inodes:
        return ""
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and not inodes.isdisjoint(open_files(process)):
            try:
                name = (process / "comm").read_text().strip()
            except OSError:
                continue
            return f"{name} (pid {process.name})"
    return ""


def open_files(process: Path) -> set[str]:
    """Return what a process has open; nothing where we may not look."""
    found = set()
    try:
        for descriptor in (process / "fd").iterdir():
            # The process may close any of them in the meantime.
            with contextlib.suppress(FileNotFoundError):
                found.add(str(descriptor.readlink()))
    except OSError:
        return found
    return found


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            columns = line.split()
            if columns[3] == LISTEN and int(columns[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{columns[9]}]")
    return inodes


def free_block(size: int, first: int, last: int) -> int:
    """Return the first of `size` consecutive free ports between `first` and `last`.

    Raises
    ------
    OSError
        If there is none.
    """
    for candidate in range(first, last - size, size):
        if all(is_free(port) for port in range(candidate, candidate + size)):
            return candidate
    raise OSError(f"no {size} free ports between {first} and {last}")
