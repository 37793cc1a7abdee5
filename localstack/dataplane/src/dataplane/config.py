"""The configuration of `run`, and how functions are matched to modes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from dataplane.model import FunctionSpec, RestApi
from dataplane.process import USUAL_GATEWAYS

_MAXIMUM_LIMIT = 64
T = TypeVar("T")


@dataclass(frozen=True)
class Mode:
    """How a function runs: ``strict`` or ``concurrent``, and in how many processes."""

    kind: str
    processes: int


_DEBUGGED = Mode("strict", 1)


@dataclass(frozen=True)
class Options:
    """The options of ``run``.

    ``modes`` are by function: its name, its logical id, or the beginning or end of either.
    ``rest_s`` is the minimum time between two batches of a partition that are not full.
    ``msk_brokers`` are used for every MSK cluster, because emulators return none that exist.
    ``watched`` are folders, by function, whose code runs instead of the deployed code.
    ``keep`` tells which invocations are kept on disk: ``failed``, ``all``, or None for none.
    ``debugged`` are the ports for debuggers, by function.
    ``metrics_port`` is None if there are no metrics to scrape.
    """

    emulator: str
    state: Path
    stacks: tuple[str, ...] = ()
    port: int = 8080
    region: str = "eu-central-1"
    modes: Mapping[str, Mode] = field(default_factory=dict)
    follow_s: float = 2.0
    rest_s: float = 0.04
    grace_s: float = 10.0
    cloudwatch_logs: bool = False
    msk_brokers: tuple[str, ...] = ()
    watched: Mapping[str, Path] = field(default_factory=dict)
    debugged: Mapping[str, int] = field(default_factory=dict)
    keep: str | None = None
    metrics_port: int | None = None


def parse_modes(text: str) -> dict[str, Mode]:
    """Parse modes such as ``api=concurrent,apply=strict:2``.

    Raises
    ------
    ValueError
        If the text is invalid. The message has one line.
    """
    modes = {}
    for part in [part.strip() for part in text.split(",") if part.strip()]:
        name, equals, how = part.partition("=")
        kind, _, count = how.partition(":")
        if not equals or not name or kind not in ("strict", "concurrent"):
            raise ValueError(
                f"--mode {part!r}: must be NAME=strict[:N] or NAME=concurrent[:N], for example "
                "api=concurrent,apply=strict:2"
            )
        default = USUAL_GATEWAYS if kind == "concurrent" else default_strict_limit()
        number = int(count) if count.isdigit() else 0 if count else default
        if not 1 <= number <= _MAXIMUM_LIMIT:
            raise ValueError(
                f"--mode {part!r}: the number of processes must be from 1 to {_MAXIMUM_LIMIT}"
            )
        modes[name] = Mode(kind, number)
    return modes


def default_strict_limit() -> int:
    """Return the default number of strict workers: one per core, at least four.

    While one worker waits for the disk or the network, another one can use the core.
    """
    return max(4, os.cpu_count() or 4)


def mode_of(spec: FunctionSpec, modes: Mapping[str, Mode]) -> Mode | None:
    """Return a function's mode. A debugger attaches to one process with one invocation."""
    return _DEBUGGED if spec.debug_port is not None else closest(spec, modes)


def closest(spec: FunctionSpec, said: Mapping[str, T]) -> T | None:
    """Return the entry for a function. The closest match wins.

    Parameters
    ----------
    said
        Entries by the function's name, its logical id, the end of the one or the beginning of the
        other, or ``*``.
    """
    for candidate in (spec.name, spec.logical_id):
        if candidate in said:
            return said[candidate]
    for key, value in said.items():
        wanted = key.lower()
        name, logical = spec.name.lower(), spec.logical_id.lower()
        if name.endswith(f"-{wanted}") or logical.startswith(wanted) or key == "*":
            return value
    return None


def parse_watched(entries: Iterable[str]) -> dict[str, Path]:
    """Read ``NAME=FOLDER`` entries.

    Raises
    ------
    ValueError
        With a line that says what is wrong.
    """
    folders = {}
    for entry in entries:
        name, _, folder = entry.partition("=")
        if not name or not Path(folder or "?").is_dir():
            raise ValueError(f"--watch {entry!r}: say NAME=FOLDER, with a folder that exists")
        folders[name] = Path(folder)
    return folders


def api_function(apis: Iterable[RestApi], functions: Mapping[str, FunctionSpec]) -> str | None:
    """Return the function with the most routes of the APIs."""
    counts: dict[str, int] = {}
    for api in apis:
        for route in api.routes:
            if route.function and route.function in functions:
                counts[route.function] = counts.get(route.function, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else None
