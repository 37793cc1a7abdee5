"""Resolves host names with a timeout.

``getaddrinfo`` has no timeout and can't be cancelled, so it runs in its own thread, and callers
wait only as long as they have time.
"""

from __future__ import annotations

import socket
import threading
from concurrent.futures import Future
from typing import Final

#: The maximum number of concurrent lookups, including those that nobody waits for any more.
MAX_LOOKUPS: Final = 256

_lock: Final = threading.Lock()
_under_way: Final[dict[tuple[str, int], Future[list[str]]]] = {}


def addresses_of(host: str, port: int, timeout_s: float) -> list[str]:
    """Return a host's addresses, in the resolver's order.

    Raises
    ------
    TimeoutError
        If they are not known in time, or too many lookups are in progress.
    OSError, UnicodeError
        If the name can't be resolved.
    """
    return _lookup(host, port).result(max(0.0, timeout_s))


def _lookup(host: str, port: int) -> Future[list[str]]:
    """Start resolving a name, unless a lookup for it is in progress."""
    with _lock:
        known = _under_way.get((host, port))
        if known is not None:
            return known
        if len(_under_way) >= MAX_LOOKUPS:
            raise TimeoutError
        found: Future[list[str]] = Future()
        _under_way[host, port] = found
    threading.Thread(target=_resolve, args=(host, port, found), name="lookup", daemon=True).start()
    return found


def _resolve(host: str, port: int, found: Future[list[str]]) -> None:
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        result, error = [str(entry[4][0]) for entry in entries], None
    except Exception as failure:
        result, error = [], failure
    with _lock:
        del _under_way[host, port]
    if error is None:
        found.set_result(result)
    else:
        found.set_exception(error)
