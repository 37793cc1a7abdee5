"""A debugger in a worker's process, which speaks the Debug Adapter Protocol."""

from __future__ import annotations

import socket
import time

_HOST = "127.0.0.1"
# How long the worker of the code before a change can keep its port.
_PATIENCE_S = 5.0
_LOOK_S = 0.05


def listen(port: int, *, wait: bool) -> int:
    """Let a debugger attach to this process; return the port.

    Parameters
    ----------
    port
        The port to listen on. If another worker of the function keeps it, any free one is used.
    wait
        Whether to return only once a debugger is attached.
    """
    # It is an optional dependency, and only debugged functions pay for its import.
    import debugpy

    wanted = port if _waited_for(port) else 0
    # In this process, because a separate adapter would outlive it.
    _, taken = debugpy.listen((_HOST, wanted), in_process_debug_adapter=True)
    if wait:
        debugpy.wait_for_client()
    return int(taken)


def _waited_for(port: int) -> bool:
    deadline_s = time.monotonic() + _PATIENCE_S
    while not _is_free(port):
        if time.monotonic() > deadline_s:
            return False
        time.sleep(_LOOK_S)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
        return True
