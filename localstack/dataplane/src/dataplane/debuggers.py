"""Functions that wait for a debugger: their ports, and their place in a deployment."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dataplane.config import closest
from dataplane.model import Deployment

_HOST = "127.0.0.1"


def parse_debugged(entries: Iterable[str]) -> dict[str, int]:
    """Read ``NAME`` or ``NAME=PORT`` entries, and choose a free port where none is given.

    Raises
    ------
    ValueError
        With a line that says what is wrong.
    """
    ports = {}
    for entry in entries:
        name, equals, text = entry.partition("=")
        if not name or (equals and not text):
            raise ValueError(f"--debug {entry!r}: say NAME or NAME=PORT, for example api=5678")
        ports[name] = parse_port(text)
    return ports


def parse_port(text: str) -> int:
    """Return a debugger's port, a free one if the text is empty.

    Raises
    ------
    ValueError
        If it is not a port, or debugpy is not installed.
    """
    port = int(text) if text.isdigit() else 0
    if text and not 0 < port < 65_536:
        raise ValueError(f"--debug: {text!r} is not a port; use 1 to 65535")
    if importlib.util.find_spec("debugpy") is None:
        raise ValueError("--debug needs debugpy: pip install 'local-lambda-dataplane[debug]'")
    return port or _free_port()


def lay_over(deployment: Deployment, ports: Mapping[str, int]) -> Deployment:
    """Return a deployment whose debugged functions have a debugger's port.

    Parameters
    ----------
    ports
        By function, named as in ``--mode``.
    """
    if not ports:
        return deployment
    functions = {
        name: replace(spec, debug_port=closest(spec, ports))
        for name, spec in deployment.functions.items()
    }
    found = {spec.debug_port for spec in functions.values()}
    unknown = tuple(
        f"--debug {name}: there is no such function"
        for name, port in ports.items()
        if port not in found
    )
    return replace(deployment, functions=functions, warnings=(*deployment.warnings, *unknown))


def invitations(deployment: Deployment) -> list[str]:
    """Return a line for each debugged function that says where to attach a debugger."""
    return [
        f"{name}: attach a debugger to {address(spec.debug_port)}"
        for name, spec in sorted(deployment.functions.items())
        if spec.debug_port is not None
    ]


def address(port: int) -> str:
    """Return where a debugger with this port listens."""
    return f"{_HOST}:{port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
