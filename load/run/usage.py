"""Read the CPU time and memory of each part of the stack from /proc."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from load.bench.processes import TICKS_PER_S
from local_cloud.config import Instance
from local_cloud.services.dataplane import DataPlane
from local_cloud.stack import every_service

_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_WORDS: Final = (
    ("gateway", "gateway + api"),
    ("ApplyFunction", "apply function"),
    ("WebhooksFunction", "webhooks function"),
    ("poller", "poller"),
)


@dataclass(frozen=True)
class Usage:
    """A part's CPU time so far and its current memory.

    Attributes
    ----------
    cpu_s
        CPU time of its live processes and of the children they reaped, in seconds.
    memory_bytes
        Resident memory that its processes don't share with others.
    """

    cpu_s: float
    memory_bytes: int


class _Row:
    """A process in /proc."""

    __slots__ = ("cpu_ticks", "memory_bytes", "parent")

    def __init__(self, parent: int, cpu_ticks: int, memory_bytes: int) -> None:
        self.parent = parent
        self.cpu_ticks = cpu_ticks
        self.memory_bytes = memory_bytes


def roots_of(instance: Instance) -> dict[int, str]:
    """Return the pid of each part's main process, with the part's name."""
    roots = {}
    for service in every_service(instance):
        if service.process is not None:
            name = "supervisor" if service.name == DataPlane.name else service.title
            roots[service.process.pid] = name
    pids = DataPlane(instance).folder / "pids"
    # Sorted, so that `gateway` comes before its other name, that of the API function's worker.
    for file in sorted(pids.glob("*.pid"), reverse=True):
        text = file.read_text().strip() if file.exists() else ""
        word = next((title for part, title in _WORDS if part in file.name), None)
        if text.isdigit() and word is not None:
            roots[int(text)] = word
    return roots


def usage(roots: Mapping[int, str]) -> dict[str, Usage]:
    """Return the total usage of each part: its main processes and their descendants."""
    rows = _table()
    parts: dict[int, str | None] = {}

    def part_of(pid: int) -> str | None:
        # A process belongs to the part of its nearest ancestor that is a main process.
        chain = []
        while pid in rows and pid not in parts and pid not in roots:
            chain.append(pid)
            pid = rows[pid].parent
        found = roots.get(pid) or parts.get(pid)
        parts.update(dict.fromkeys(chain, found))
        return found

    totals: dict[str, Usage] = {}
    for pid, row in rows.items():
        part = part_of(pid)
        if part is not None:
            before = totals.get(part, Usage(0.0, 0))
            totals[part] = Usage(
                before.cpu_s + row.cpu_ticks / TICKS_PER_S, before.memory_bytes + row.memory_bytes
            )
    return totals


def _table() -> dict[int, _Row]:
    rows = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 (hundreds of names a second, no objects)
        if name.isdigit():
            row = _row(f"/proc/{name}")
            if row is not None:
                rows[int(name)] = row
    return rows


def _row(folder: str) -> _Row | None:
    try:
        stat = Path(folder, "stat").read_text()
        memory = Path(folder, "statm").read_text().split()
    except (OSError, UnicodeDecodeError):
        return None
    # The command's name is in parentheses and can contain spaces; the fields after it can't.
    fields = stat.rpartition(")")[2].split()
    # proc(5): the parent is field 4; CPU time, also of reaped children, is fields 14 to 17. In
    # statm, the second field is the resident memory, the third its shared part.
    ticks = sum(int(field) for field in fields[11:15])
    return _Row(int(fields[1]), ticks, (int(memory[1]) - int(memory[2])) * _PAGE_BYTES)
