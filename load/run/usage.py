"""CPU time and memory of each part of the stack, read from /proc."""

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
    """What a part has used so far, and what it has now.

    Attributes
    ----------
    cpu_s
        CPU time of its living processes and of children that they buried, in seconds.
    memory_bytes
        Resident memory that its processes share with no other.
    """

    cpu_s: float
    memory_bytes: int


class _Row:
    """One process of /proc."""

    __slots__ = ("cpu_ticks", "memory_bytes", "parent")

    def __init__(self, parent: int, cpu_ticks: int, memory_bytes: int) -> None:
        self.parent = parent
        self.cpu_ticks = cpu_ticks
        self.memory_bytes = memory_bytes


def roots_of(instance: Instance) -> dict[int, str]:
    """Return the pid of each process that stands for a part, with the part's name."""
    roots = {}
    for service in every_service(instance):
        if service.process is not None:
            name = "supervisor" if service.name == DataPlane.name else service.title
            roots[service.process.pid] = name
    pids = DataPlane(instance).folder / "pids"
    # Sorted, so that the gateway is before the name that it has as the API function's worker.
    for file in sorted(pids.glob("*.pid"), reverse=True):
        text = file.read_text().strip() if file.exists() else ""
        word = next((title for part, title in _WORDS if part in file.name), None)
        if text.isdigit() and word is not None:
            roots[int(text)] = word
    return roots


def usage(roots: Mapping[int, str]) -> dict[str, Usage]:
    """Add up what each part's processes use: those that are its roots, and their descendants."""
    rows = _table()
    parts: dict[int, str | None] = {}

    def part_of(pid: int) -> str | None:
        # A process belongs to its nearest ancestor that stands for a part.
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
    # The command's name stands in parentheses and may hold spaces; what follows does not.
    fields = stat.rpartition(")")[2].split()
    # proc(5): parent is field 4, own and buried children's CPU time 14 to 17; of statm the second
    # is what is resident and the third what of it is shared.
    ticks = sum(int(field) for field in fields[11:15])
    return _Row(int(fields[1]), ticks, (int(memory[1]) - int(memory[2])) * _PAGE_BYTES)
