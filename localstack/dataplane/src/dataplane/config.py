"""What a person says on the command line, and how functions are matched to modes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dataplane.model import FunctionSpec, RestApi
from dataplane.process import USUAL_GATEWAYS

_MAXIMUM_LIMIT = 64


@dataclass(frozen=True)
class Mode:
    """How a function runs: ``strict`` or ``concurrent``, and in how many processes."""

    kind: str
    processes: int


@dataclass(frozen=True)
class Options:
    """Everything ``run`` was told.

    ``modes`` are by function: its name, its logical id, or the beginning or end of either.
    ``rest_s`` is the least time between two batches of one partition that aren't full.
    ``msk_brokers`` stand for those of every MSK cluster, where the emulator names none that exist.
    ``metrics_port`` is None where nothing is to be scraped.
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
    metrics_port: int | None = None


def parse_modes(text: str) -> dict[str, Mode]:
    """Read ``api=concurrent,apply=strict:2``.

    Raises
    ------
    ValueError
        With a line that says what is wrong.
    """
    modes = {}
    for part in [part.strip() for part in text.split(",") if part.strip()]:
        name, equals, how = part.partition("=")
        kind, _, count = how.partition(":")
        if not equals or not name or kind not in ("strict", "concurrent"):
            raise ValueError(
                f"--mode {part!r}: say NAME=strict[:N] or NAME=concurrent[:N], for instance "
                "api=concurrent,apply=strict:2"
            )
        default = USUAL_GATEWAYS if kind == "concurrent" else default_strict_limit()
        number = int(count) if count.isdigit() else 0 if count else default
        if not 1 <= number <= _MAXIMUM_LIMIT:
            raise ValueError(f"--mode {part!r}: a number of processes is 1 to {_MAXIMUM_LIMIT}")
        modes[name] = Mode(kind, number)
    return modes


def default_strict_limit() -> int:
    """Return how many strict workers a function gets: one a core, at least four.

    While one waits for the disk or the network another one has the core.
    """
    return max(4, os.cpu_count() or 4)


def mode_of(spec: FunctionSpec, modes: Mapping[str, Mode]) -> Mode | None:
    """Return what was said about a function; the closest match wins."""
    for candidate in (spec.name, spec.logical_id):
        if candidate in modes:
            return modes[candidate]
    for key, mode in modes.items():
        wanted = key.lower()
        name, logical = spec.name.lower(), spec.logical_id.lower()
        if name.endswith(f"-{wanted}") or logical.startswith(wanted) or key == "*":
            return mode
    return None


def api_function(apis: Iterable[RestApi], functions: Mapping[str, FunctionSpec]) -> str | None:
    """Return the function that serves most of the APIs' routes."""
    counts: dict[str, int] = {}
    for api in apis:
        for route in api.routes:
            if route.function and route.function in functions:
                counts[route.function] = counts.get(route.function, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else None
